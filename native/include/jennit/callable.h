#pragma once

#include <jennit/changes.h>
#include <jennit/live.h>

#include <atomic>
#include <mutex>

namespace jennit {

class LinearMap;
class SeenChanges;

/// What makes a torch module a node of the tree: a virtual forward over tensors, and what is put on it from outside.
/// Thread-safe: calls may run while hooks and forwards are changed; each sees what was there when it began.
class Callable {
 public:
  Callable();
  virtual ~Callable() = default;

  /// Never given again in this process.
  int64_t id() const { return id_; }

  /// The call: hooks, the forward, hooks. Errors name the path of the module below the outermost call.
  Tensors call(const Tensors& inputs);

  /// The forward alone (or the one that overrides it), without hooks.
  Tensors forward_without_hooks(const Tensors& inputs);

  /// The forward with some of the node's own parameters replaced by others. The node itself is not touched.
  virtual Tensors forward_with(const Tensors& inputs, const NamedTensors& parameters);

  /// The torch name of the module's type, such as "Conv2d".
  virtual std::string type_name() const = 0;
  /// The part between the parentheses when torch prints the module.
  virtual std::string extra_repr() const { return ""; }
  /// The linear map that this layer's forward is (up to the bias), or null where it is none.
  virtual const LinearMap* linear_map() const { return nullptr; }
  /// The tensor that the forward reads as its parameter or buffer `name` where nothing replaces it, or null where there
  /// is none of that name.
  virtual at::Tensor* own_parameter(const std::string& name) { return nullptr; }
  /// Whether the forward reads a parameter or buffer `name`, which another tensor may replace.
  virtual bool has_parameter(const std::string& name) { return own_parameter(name) != nullptr; }
  /// What the forward reads as `name` where nothing replaces it; undefined where there is none. A part of another
  /// module makes it of that module's parameter.
  virtual at::Tensor own_value(const std::string& name);
  /// The names of the parameters that a rule may ask for, where own_parameter has them.
  virtual std::vector<std::string> parameter_names() const { return {"weight", "bias"}; }
  /// Whether an input takes part in relevance. The weights of a gate do not: they belong to the module, as its
  /// parameters do.
  virtual bool takes_relevance(size_t input) const { return true; }
  /// What a normalization adds to its variance; none for other layers.
  virtual std::optional<double> eps() const { return std::nullopt; }
  /// Whether the forward overwrites its input where it may.
  virtual bool works_in_place() const { return false; }
  virtual torch::nn::Module& module() = 0;
  /// Adds what must be kept so that this node alone can be called.
  virtual void pin(Pins& pins) const {}

  // What is put on the node. Where the running thread builds an overlay, it goes there. Each answers an id for
  // `remove`.

  int64_t add_hook(std::shared_ptr<Hook> hook);
  /// Stands over the forward, and over what was put over it before. `callback`, if the forward calls one.
  int64_t add_forward(Forward forward, CallbackPtr callback = nullptr);
  /// Makes the forward read another tensor; the registered parameter and the state_dict stay. Calls are refused once a
  /// source was written to, or moved: the value would be stale.
  int64_t add_parameter(const std::string& name, at::Tensor value, const Tensors& sources);
  /// Unknown ids are ignored: a handle may be removed twice.
  void remove(int64_t id);
  /// The user's own forward, below all that are added; an empty function takes it back.
  void override_forward(Forward forward, CallbackPtr callback = nullptr);

  // What calls of the running thread see.

  size_t hook_count() const;
  bool is_overridden() const;
  /// What the forward reads as its parameter or buffer `name`; undefined where there is none.
  at::Tensor parameter(const std::string& name);
  /// The parameters that are replaced, by what.
  NamedTensors replaced_parameters() const;
  /// The children. Copies: they may be changed while they are called.
  Children seen_children() const;
  std::vector<ModulePtr> seen_modules() const;
  /// The child of that name; null where there is none.
  ModulePtr seen_child(const std::string& name) const;

  // How children are changed; see tree.h.

  /// Runs `change` on the children that the overlay of the running thread holds for this node. False where it builds
  /// none.
  bool change_overlaid_children(const std::function<void(Children&)>& change);
  /// Runs `change`, which may change the torch module's own children, while nobody looks at them.
  void change_own_children(const std::function<void()>& change);

 protected:
  virtual Tensors forward_list(const Tensors& inputs) = 0;
  /// Whether calls of this thread see a rule on the node.
  bool has_rule() const;
  /// Whether an in-place layer may overwrite `input` now.
  bool may_overwrite(const at::Tensor& input) const;
  /// The only input, or an error that says how many came.
  const at::Tensor& only(const Tensors& inputs) const;

 private:
  friend class SeenChanges;

  Tensors call_with_hooks(const Tensors& inputs, const SeenChanges& changes);
  Tensors run_forward(const Tensors& inputs, const SeenChanges& changes);
  void change(const std::function<void(Changes&)>& change);

  const int64_t id_;
  const live::Mark mark_{live::Kind::module};
  mutable std::mutex mutex_;
  /// Null where there are none; replaced as a whole.
  std::shared_ptr<const Changes> changes_;
  std::atomic<bool> has_changes_{false};
};

/// The node's callable half; an error for a torch module that was not made by Jennit.
Callable& callable(torch::nn::Module& module);

}  // namespace jennit
