#pragma once

// What Java calls: free functions over the tree, the rules and autograd. Every one of them turns whatever is thrown
// inside into jennit::Error, so that Java gets a RuntimeException with a clean message and the JVM never aborts.

#include <jennit/call_state.h>
#include <jennit/callback.h>
#include <jennit/java_module.h>
#include <jennit/layers.h>
#include <jennit/live.h>
#include <jennit/rule_node.h>
#include <jennit/turns.h>

namespace jennit::binding {

using TensorVector = std::vector<at::Tensor>;
using Names = std::vector<std::string>;

// Making nodes.
ModulePtr make_layer(const std::string& type, const Options& options);
ModulePtr make_java_module(const std::string& type, const CallbackPtr& callback);
/// See unrolled.h.
ModulePtr unroll(const ModulePtr& recurrent);
/// See attention.h.
ModulePtr explicit_attention(const ModulePtr& attention);

// Looking at the tree.
int64_t node_id(const ModulePtr& module);
std::string type_name(const ModulePtr& module);
std::string extra_repr(const ModulePtr& module);
Names child_names(const ModulePtr& module);
ModulePtr child(const ModulePtr& module, const std::string& name);
double eps(const ModulePtr& module);
int64_t hook_count(const ModulePtr& module);

// Changing it.
void register_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child);
void replace_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child);
void unregister_module(const ModulePtr& parent, const std::string& name);

// What is put on a node; where the running thread builds an overlay, it goes there. Each answers the id that remove
// takes.
int64_t add_forward_pre_hook(const ModulePtr& module, const CallbackPtr& callback);
int64_t add_forward_hook(const ModulePtr& module, const CallbackPtr& callback);
int64_t add_full_backward_hook(const ModulePtr& module, const CallbackPtr& callback);
int64_t add_rule(const ModulePtr& module, const std::shared_ptr<Rule>& rule, const std::string& path,
                 const std::shared_ptr<RuleScope>& scope);
/// See coverage.h.
int64_t add_coverage(const ModulePtr& module, const CallbackPtr& listener, const int64_t* known, int64_t count);
int64_t add_forward(const ModulePtr& module, const CallbackPtr& callback);
/// The forward becomes the identity.
int64_t add_identity(const ModulePtr& module);
/// The same for a module whose forward was merged into others as it is in evaluation: calls in training mode throw.
int64_t add_merged_identity(const ModulePtr& module);
/// See Callable::add_parameter.
int64_t add_parameter(const ModulePtr& module, const std::string& name, const at::Tensor& value,
                      const TensorVector& sources);
void remove(const ModulePtr& module, int64_t id);
/// The user's own forward, below all that are added.
void override_forward(const ModulePtr& module, const CallbackPtr& callback);
void restore_forward(const ModulePtr& module);
bool is_overridden(const ModulePtr& module);
/// What the forward reads as its parameter `name`; undefined where it has none.
at::Tensor parameter(const ModulePtr& module, const std::string& name);

// Overlays, and who sees them: see call_state.h.
std::shared_ptr<Overlay> make_overlay();
std::shared_ptr<Overlay> copy_overlay(const std::shared_ptr<Overlay>& overlay);
/// The Java half, which graphs keep.
void keep(const std::shared_ptr<Overlay>& overlay, const CallbackPtr& keeper);
int64_t overlay_id(const std::shared_ptr<Overlay>& overlay);
/// Of the overlay that this thread sees, 0 where it sees the bare tree; negative while it builds that overlay.
int64_t seen_overlay();
/// Until leave, this thread's calls see `overlay`, and its changes go there where `building`.
void enter(const std::shared_ptr<Overlay>& overlay, bool building, bool check_finite);
/// Until leave, this thread's calls see no hooks, and nothing that was put on nodes under one of these ids.
void enter_without(const int64_t* hidden, int64_t count);
/// Until leave, this thread's calls see the bare tree.
void enter_tree();
/// Until leave, what this thread's calls record serves passes of relevance alone.
void enter_relevance_alone();
void leave();

/// While it lives no other thread's call runs in the tree: see turns.h.
std::shared_ptr<turns::Change> begin_change(const ModulePtr& tree);

// Calling.
at::Tensor call_one(const ModulePtr& module, const at::Tensor& input);
TensorVector call(const ModulePtr& module, const TensorVector& inputs);
TensorVector forward_without_hooks(const ModulePtr& module, const TensorVector& inputs);
TensorVector forward_with(const ModulePtr& module, const TensorVector& inputs, const Names& names,
                          const TensorVector& parameters);
/// See denormals.h: what the calls above and grad() do with numbers that are almost zero.
bool set_flush_denormal(bool flush);

// Rules.
std::shared_ptr<Rule> make_rule(const std::string& type, const Options& options);
std::shared_ptr<Rule> make_java_rule(const std::string& name, const CallbackPtr& callback);
std::shared_ptr<RuleScope> make_scope();
/// The rules of a scope step aside in the passes of the running thread, until the answer ends.
std::shared_ptr<Inactivity> deactivate(const std::shared_ptr<RuleScope>& scope);
void end(const std::shared_ptr<Inactivity>& inactivity);
void set_check_finite(const std::shared_ptr<RuleScope>& scope, bool check);

// Autograd.
TensorVector grad(const TensorVector& outputs, const TensorVector& inputs, const TensorVector& grad_outputs,
                  bool retain_graph, bool create_graph, bool allow_unused);
/// See batched_gradients.h.
TensorVector batched_gradients(const TensorVector& outputs, const TensorVector& inputs,
                               const TensorVector& grad_outputs, bool create_graph, bool allow_unused);

// What lives: see live.h.
void counts(int64_t* counts);
/// Writes up to `capacity` rows of kind, place and amount; answers how many there are.
int64_t made(int64_t* rows, int64_t capacity);

}  // namespace jennit::binding
