#pragma once

#include <jennit/callable.h>
#include <jennit/derived_tensors.h>
#include <jennit/options.h>

namespace jennit {

/// What a rule sees of one call of one module, when relevance has reached the module's output.
struct RuleCall {
  explicit RuleCall(Callable& callable) : callable(callable) {}

  /// The module's node; its type and geometry do not change between forward and backward.
  Callable& callable;
  /// Whether another function stood in for the module's forward: its type and geometry then say nothing of this call.
  bool is_overridden = false;
  /// As the call received them; undefined where the rule did not ask for them. With history when `recorded`.
  Tensors inputs;
  /// The module's own outputs, before the rule's node took their place; undefined where not asked for.
  Tensors outputs;
  /// "weight", "bias" and what else the module has, as the call used them, where the rule asked for parameters.
  NamedTensors parameters;
  /// What the rule's own `save` kept of this call.
  Tensors saved;
  /// The relevance of each output; undefined where an output, such as one of integers, carries none.
  Tensors upper;
  /// Sizes and options of the inputs, also where the tensors were not kept.
  std::vector<std::vector<int64_t>> input_sizes;
  std::vector<at::TensorOptions> input_options;
  /// Whether an input gets relevance: it needs a gradient and an output depends on it. The others, such as indices and
  /// masks, belong to the module as its parameters do.
  std::vector<bool> receives;
  /// True where the call had no batch dimension and is seen as a batch of one.
  bool is_sample = false;
  /// True under create_graph: the relevance must then be made of recorded operations.
  bool recorded = false;
  /// Whether the module was in training mode when it was called.
  bool training = false;
  /// What earlier passes of the same graph remembered; null where the graph is not kept for another pass.
  NamedTensors* memory = nullptr;
  /// What earlier calls made of the same parameters; null where the layer is no small one, or `recorded`.
  std::shared_ptr<DerivedTensors> derived_before;

  const Tensor& input() const { return inputs.at(0); }
  const Tensor& output() const { return outputs.at(0); }
  /// Of the only output. Throws std::invalid_argument where there are several.
  const Tensor& relevance() const;
  /// The linear map that the forward was, or null where it was none.
  const LinearMap* linear_map() const { return is_overridden ? nullptr : callable.linear_map(); }
  /// What `make` gives, made once for all passes of a graph that is kept. `make` must not depend on the relevance, and
  /// nothing of it is recorded.
  Tensor remembered(const std::string& name, const std::function<Tensor()>& make) const;
  /// The same, where `make` depends on the parameters and the rule alone: of a small layer it is made once for many
  /// calls.
  Tensor derived(const std::string& name, const std::function<Tensor()>& make) const;
  /// The parameter, or an undefined tensor.
  Tensor parameter(const std::string& name) const;
  /// `make` of the relevance of each output; undefined where an output carries none.
  Tensors for_each_upper(const std::function<Tensor(const Tensor& upper, size_t output)>& make) const;
  /// The gradient of <outputs, cotangents> by each input that receives relevance, along the module's own graph;
  /// undefined where there is none, as a cotangent may be. Needs inputs and outputs.
  Tensors own_gradient(const Tensors& cotangents) const;
};

/// A relevance propagation rule. Immutable and without state: one rule may serve many modules, calls and threads.
class Rule {
 public:
  virtual ~Rule() = default;

  struct Needs {
    bool input = false, output = false, parameters = false;
    /// Whether their values are enough: tensors may come that are not those of the module's own graph.
    bool values_alone = false;
  };
  virtual Needs needs(const Callable& callable) const = 0;

  /// The relevance of each input, undefined where an input gets none. What an input that receives none is given is
  /// left.
  virtual Tensors relevance(const RuleCall& call) const = 0;

  /// Whether the rule itself says which inputs get relevance, those included that Callable::takes_relevance leaves out.
  virtual bool chooses_inputs() const { return false; }

  /// Throws std::invalid_argument when the rule cannot work on this module.
  virtual void check(const Callable& callable) const {}

  /// Tensors to keep from a forward call until its backward.
  virtual Tensors save(const Tensors& inputs, const Tensors& outputs) const { return {}; }

  /// False where `relevance` looks at values, or keeps tensors, so that relevances must come one by one: see
  /// batched_gradients.h.
  virtual bool takes_batches() const { return true; }

  /// What a graph must hold so that the rule can still run in it, or null.
  virtual std::shared_ptr<void> pin() const { return nullptr; }

  virtual std::string name() const = 0;
};

/// Makes a rule by Zennit's name and argument names, a stabilizer as "stabilizer.epsilon", ".clip", ".norm_scale",
/// ".dim". Throws std::invalid_argument for an unknown name or argument, or a value that the rule refuses.
std::shared_ptr<Rule> make_rule(const std::string& type, const Options& options);

}  // namespace jennit
