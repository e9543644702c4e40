#include <jennit/layers.h>

#include "linear_rule.h"
#include "module_gradient.h"
#include "rule_registry.h"

namespace jennit {

namespace {

/// Relevance in proportion to the contributions, x (w's) with s = R / stabilized(z + b)
/// (Bach et al. 2015, eq. 58; Montavon et al. 2019, eq. 10.2). On a module that is no linear map: each input times the
/// module's own gradient of s by it.
class Epsilon final : public Rule {
 public:
  Epsilon(std::string name, const Options& options, const std::string& stabilizer)
      : name_(std::move(name)), zero_params_(options), stabilize_(Stabilizer::read(options, stabilizer)) {}

  std::string name() const override { return name_; }

  Needs needs(const Callable& callable) const override {
    return {true, !is_remade(callable), true, callable.linear_map() && !callable.is_overridden()};
  }

  Tensors relevance(const RuleCall& call) const override {
    if (const auto* map = call.linear_map())
      return {as_batch(call, [&](const RuleCall& batch) { return along(*map, batch); })};
    const auto replaced = zeroed(call);
    // Where the output was not kept, it is made again.
    const bool again = !replaced.empty() || call.outputs.empty();
    return times_gradient(call, again ? gradient_of_another_call(call, leaves(call), replaced, stabilize_)
                                      : call.own_gradient(seeds(call, call.outputs, stabilize_)));
  }

 private:
  Tensor along(const LinearMap& map, const RuleCall& call) const {
    const auto& x = call.input();
    if (!call.recorded) {
      const auto s = stabilize_.quotient(call.relevance(), zero_params_.output(call));
      return map.transposed(s, zero_params_.weight(call), x.sizes()).mul_(x);
    }
    const auto s = call.relevance() / stabilize_(zero_params_.output(call));
    return x * map.transposed(s, zero_params_.weight(call), x.sizes());
  }

  /// The output of a sum is made again in one pass, and is not worth its memory.
  static bool is_remade(const Callable& callable) { return is_layer(callable, "Sum") && !callable.is_overridden(); }

  static Tensors times_gradient(const RuleCall& call, const Tensors& gradients) {
    Tensors result(gradients.size());
    for (size_t i = 0; i < gradients.size(); ++i)
      if (gradients[i].defined()) result[i] = call.inputs[i] * gradients[i];
    return result;
  }

  /// The inputs of another call; in a pass that nobody differentiates without what made them.
  static Tensors leaves(const RuleCall& call) {
    auto inputs = call.inputs;
    for (size_t i = 0; i < inputs.size(); ++i)
      if (!call.recorded && call.receives[i]) inputs[i] = inputs[i].detach().requires_grad_();
    return inputs;
  }

  NamedTensors zeroed(const RuleCall& call) const {
    NamedTensors zeros;
    for (const auto& [name, tensor] : call.parameters)
      if (zero_params_.has(name)) zeros[name] = at::zeros_like(tensor);
    return zeros;
  }

  std::string name_;
  ZeroParams zero_params_;
  Stabilizer stabilize_;
};

const RuleRegistration epsilon{
    "Epsilon", [](const Options& options) { return std::make_shared<Epsilon>("Epsilon", options, "epsilon"); }};
// The same redistribution with the parameters as they are.
const RuleRegistration norm{"Norm", [](const Options& options) {
                              if (options.has("zero_params")) throw std::invalid_argument("Norm has no zero_params");
                              return std::make_shared<Epsilon>("Norm", options, "stabilizer");
                            }};

}  // namespace

}  // namespace jennit
