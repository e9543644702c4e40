#pragma once

// What Java calls: free functions over the tree, the rules and autograd. Every one of them turns whatever is thrown
// inside into jennit::Error, so that Java gets a RuntimeException with a clean message and the JVM never aborts.

#include <jennit/callback.h>
#include <jennit/java_module.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>

namespace jennit::binding {

using TensorVector = std::vector<at::Tensor>;
using Names = std::vector<std::string>;

// Making nodes.
ModulePtr make_layer(const std::string& type, const Options& options);
ModulePtr make_java_module(const std::string& type, Callback* callback);

// Looking at the tree.
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
/// Null gives the module its own forward back.
void override_forward(const ModulePtr& module, Callback* callback);
/// The forward becomes the identity until override_forward(module, null).
void make_neutral(const ModulePtr& module);
/// What the forward reads as its parameter `name`; undefined where it has none.
at::Tensor effective_parameter(const ModulePtr& module, const std::string& name);
/// Makes the forward read another tensor; the registered parameter and the state_dict stay.
void set_effective_parameter(const ModulePtr& module, const std::string& name, const at::Tensor& value);

// Calling.
at::Tensor call_one(const ModulePtr& module, const at::Tensor& input);
TensorVector call(const ModulePtr& module, const TensorVector& inputs);
TensorVector forward_without_hooks(const ModulePtr& module, const TensorVector& inputs);
TensorVector forward_with(const ModulePtr& module, const TensorVector& inputs, const Names& names,
                          const TensorVector& parameters);
/// See denormals.h: what the calls above and grad() do with numbers that are almost zero.
bool set_flush_denormal(bool flush);

// Hooks; each answers the id that remove_hook takes.
int64_t add_forward_pre_hook(const ModulePtr& module, Callback* callback);
int64_t add_forward_hook(const ModulePtr& module, Callback* callback);
int64_t add_full_backward_hook(const ModulePtr& module, Callback* callback);
int64_t add_rule(const ModulePtr& module, const std::shared_ptr<Rule>& rule, const std::string& path,
                 const std::shared_ptr<RuleScope>& scope);
void remove_hook(const ModulePtr& module, int64_t id);

// Rules.
std::shared_ptr<Rule> make_rule(const std::string& type, const Options& options);
std::shared_ptr<Rule> make_java_rule(const std::string& name, Callback* callback);
std::shared_ptr<RuleScope> make_scope();
void set_active(const std::shared_ptr<RuleScope>& scope, bool active);
void set_check_finite(const std::shared_ptr<RuleScope>& scope, bool check);

// Autograd.
TensorVector grad(const TensorVector& outputs, const TensorVector& inputs, const TensorVector& grad_outputs,
                  bool retain_graph, bool create_graph, bool allow_unused);
/// See batched_gradients.h.
TensorVector batched_gradients(const TensorVector& outputs, const TensorVector& inputs,
                               const TensorVector& grad_outputs, bool create_graph, bool allow_unused);

// Counting what lives.
int64_t live_rule_nodes();

}  // namespace jennit::binding
