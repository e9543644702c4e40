#include "linear_rule.h"
#include "rule_registry.h"

namespace jennit {

namespace {

/// Relevance in proportion to the contributions, x (w's) with s = R / stabilized(z + b)
/// (Bach et al. 2015, eq. 58; Montavon et al. 2019, eq. 10.2). On a module that is no linear map: x times the
/// module's own gradient of s.
class Epsilon final : public Rule {
 public:
  Epsilon(std::string name, const Options& options, const std::string& stabilizer)
      : name_(std::move(name)), zero_params_(options), stabilize_(Stabilizer::read(options, stabilizer)) {}

  std::string name() const override { return name_; }

  Needs needs(const Callable& callable) const override { return {true, !is_remade(callable), true}; }

  Tensors relevance(const RuleCall& call) const override {
    const auto& x = call.input();
    if (const auto* map = call.callable.linear_map()) {
      if (!call.recorded) {
        const auto s = stabilize_.quotient(call.relevance(), zero_params_.output(call));
        return {map->transposed(s, zero_params_.weight(call), x.sizes()).mul_(x)};
      }
      const auto s = call.relevance() / stabilize_(zero_params_.output(call));
      return {x * map->transposed(s, zero_params_.weight(call), x.sizes())};
    }
    const auto replaced = zeroed(call);
    if (replaced.empty() && !is_remade(call.callable)) {
      const auto s = call.recorded ? call.relevance() / stabilize_(call.output())
                                   : stabilize_.quotient(call.relevance(), call.output());
      const auto gradient = call.own_gradient({s})[0];
      return {gradient.defined() ? x * gradient : Tensor()};
    }
    torch::AutoGradMode record(true);
    const auto input = call.recorded ? x : x.detach().requires_grad_();
    const auto output = call.callable.forward_with({input}, replaced).at(0);
    const auto s =
        call.recorded ? call.relevance() / stabilize_(output) : stabilize_.quotient(call.relevance(), output.detach());
    return {x * torch::autograd::grad({output}, {input}, {s}, c10::nullopt, call.recorded)[0]};
  }

 private:
  /// The output of a sum is made again in one pass, and is not worth its memory.
  static bool is_remade(const Callable& callable) { return callable.type_name() == "Sum"; }

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
