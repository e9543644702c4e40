#pragma once

#include <jennit/tensors.h>

#include <memory>
#include <optional>

namespace jennit {

class Callable;
class LinearMap;

/// Sees the end of one call: may replace the outputs.
class AfterCall {
 public:
  virtual ~AfterCall() = default;
  virtual void after(Tensors& outputs) = 0;
};

/// Registered on a node; asked at the start of every call, from any thread at once, so it keeps no state of a call.
class Hook {
 public:
  virtual ~Hook() = default;
  /// May replace the inputs; returns who wants to see the outputs, or null.
  virtual std::unique_ptr<AfterCall> before(Callable& callable, Tensors& inputs) = 0;
  /// True when the module's output must survive the call: in-place layers then work out of place.
  virtual bool keeps_output() const { return false; }
  /// What the hook is about, which orders the hooks of one module. Inputs are replaced first, and the relevance is
  /// taken closest to the forward; backward hooks see the gradients by the inputs so replaced, and by the outputs that
  /// forward hooks leave, as in torch.
  enum class About { values, gradients, relevance };
  virtual About about() const { return About::values; }
};

/// What makes a torch module a node of the tree: a virtual forward over tensors, and hooks.
/// Calls may come from many threads at once; hooks and overrides are changed by one thread while no call runs.
class Callable {
 public:
  virtual ~Callable() = default;

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
  /// The tensor that the forward reads as its parameter or buffer `name`, or null where there is none of that name.
  virtual at::Tensor* effective_parameter(const std::string& name) { return nullptr; }
  /// What a normalization adds to its variance; none for other layers.
  virtual std::optional<double> eps() const { return std::nullopt; }
  virtual torch::nn::Module& module() = 0;

  int64_t add_hook(std::shared_ptr<Hook> hook);
  /// Unknown ids are ignored: a handle may be removed twice.
  void remove_hook(int64_t id);
  size_t hook_count() const;

  using Forward = std::function<Tensors(const Tensors&)>;
  /// Replaces the forward until it is set to an empty function again.
  void override_forward(Forward forward);
  bool is_overridden() const;

 protected:
  virtual Tensors forward_list(const Tensors& inputs) = 0;
  /// Whether an in-place layer may overwrite `input` now.
  bool may_overwrite(const at::Tensor& input) const;
  /// The only input, or an error that says how many came.
  const at::Tensor& only(const Tensors& inputs) const;

 private:
  struct Entry {
    int64_t id;
    std::shared_ptr<Hook> hook;
  };
  using Entries = std::vector<Entry>;
  std::shared_ptr<const Entries> entries() const;

  Tensors call_with_hooks(const Tensors& inputs, const Entries& entries);

  std::shared_ptr<const Entries> entries_;
  std::shared_ptr<const Forward> override_;
};

/// The node's callable half; an error for a torch module that was not made by Jennit.
Callable& callable(torch::nn::Module& module);

}  // namespace jennit
