#include "linear_rule.h"
#include "module_gradient.h"
#include "rule_registry.h"

namespace jennit {

namespace {

// One sample stands for all: neither rule looks at the input's values.
Tensor ones_input(const RuleCall& call) {
  auto sizes = call.input_sizes.at(0);
  if (!sizes.empty()) sizes[0] = std::min<int64_t>(sizes[0], 1);
  return at::ones(sizes, call.relevance().options());
}

/// Relevance in proportion to the squared weights (Montavon et al. 2017, eq. 13), whatever the input.
class WSquare final : public LinearRule {
 public:
  explicit WSquare(const Options& options) : LinearRule("WSquare", options) {}

  Needs needs(const Callable&) const override { return {false, false, true}; }

 protected:
  Tensor of_batch(const RuleCall& call) const override {
    const auto& map = *call.linear_map();
    const auto weight = zero_params.weight(call).square(), bias = zero_params.bias(call);
    const auto denominator = [&] {
      return map.product(ones_input(call), weight, bias.defined() ? bias.square() : bias);
    };
    const auto s = call.recorded ? call.relevance() / stabilize(denominator())
                                 : stabilize.quotient(call.relevance(), call.remembered("denominator", denominator));
    return map.transposed(s, weight, call.input_sizes.at(0));
  }
};

/// Relevance to all connected inputs alike (Lapuschkin et al. 2019): as if every input and weight were one and the bias
/// zero. On a module that is no linear map, the gradient of the module at inputs of ones.
class Flat final : public Rule {
 public:
  explicit Flat(const Options& options) : zero_params_(options), stabilize_(Stabilizer::read(options, "stabilizer")) {}

  std::string name() const override { return "Flat"; }
  Needs needs(const Callable&) const override { return {false, false, true}; }

  Tensors relevance(const RuleCall& call) const override {
    const auto* map = call.linear_map();
    if (!map) return along_module(call);
    return {as_batch(call, [&](const RuleCall& batch) { return along(*map, batch); })};
  }

  /// What belongs to the module as its parameters do: inputs without relevance.
  Tensors save(const Tensors& inputs, const Tensors& outputs) const override {
    if (inputs.size() == 1) return {};
    auto constants = inputs;
    for (auto& constant : constants)
      if (constant.requires_grad()) constant = Tensor();
    return constants;
  }

 private:
  Tensor along(const LinearMap& map, const RuleCall& call) const {
    const auto weight = call.parameter("weight").detach();
    if (const auto channels = ungrouped_channels(map, call.input_sizes.at(0), weight))
      return of_one_channel(map, call, weight, *channels);
    const auto ones = zero_params_.has("weight") ? at::zeros_like(weight) : at::ones_like(weight);
    const auto denominator = [&] { return map.product(ones_input(call), ones, {}); };
    const auto s = call.recorded ? call.relevance() / stabilize_(denominator())
                                 : stabilize_.quotient(call.relevance(), call.remembered("denominator", denominator));
    return map.transposed(s, ones, call.input_sizes.at(0));
  }

  /// All channels of the input get the same, and those of the output count alike: a product of one channel with
  /// another.
  Tensor of_one_channel(const LinearMap& map, const RuleCall& call, const Tensor& weight, int64_t channels) const {
    const at::IntArrayRef sizes = call.input_sizes.at(0);
    auto one_channel = sizes.vec(), weight_sizes = weight.sizes().vec();
    one_channel[channels] = weight_sizes[0] = weight_sizes[1] = 1;
    const auto ones = at::full(weight_sizes, zero_params_.has("weight") ? 0 : 1, weight.options());
    const auto denominator = [&] {
      auto one_sample = one_channel;
      one_sample[0] = std::min<int64_t>(one_sample[0], 1);
      return map.product(at::ones(one_sample, call.relevance().options()), ones, {}) * sizes[channels];
    };
    const auto summed = call.relevance().sum(channels, /*keepdim=*/true);
    const auto s = call.recorded ? summed / stabilize_(denominator())
                                 : stabilize_.quotient(summed, call.remembered("denominator", denominator));
    return map.transposed(s, ones, one_channel).expand(sizes).contiguous();
  }

  Tensors along_module(const RuleCall& call) const {
    NamedTensors parameters;
    for (const auto& [name, tensor] : call.parameters)
      parameters[name] = name == "bias" || zero_params_.has(name) ? at::zeros_like(tensor) : at::ones_like(tensor);
    Tensors inputs(call.input_sizes.size());
    for (size_t i = 0; i < inputs.size(); ++i) {
      const bool constant = i < call.saved.size() && call.saved[i].defined();
      inputs[i] = constant ? call.saved[i] : at::ones(call.input_sizes[i], call.input_options[i]);
      if (call.receives[i]) inputs[i].requires_grad_();
    }
    return gradient_of_another_call(call, inputs, parameters, stabilize_);
  }

  ZeroParams zero_params_;
  Stabilizer stabilize_;
};

const RuleRegistration wsquare{"WSquare", [](const Options& options) { return std::make_shared<WSquare>(options); }};
const RuleRegistration flat{"Flat", [](const Options& options) { return std::make_shared<Flat>(options); }};

}  // namespace

}  // namespace jennit
