#include <jennit/kernels.h>

#include <cmath>

#include "fused_products.h"
#include "linear_rule.h"
#include "rule_registry.h"
#include "signed_products.h"

namespace jennit {

namespace {

/// Contributions of the output's sign are favoured by 1 + gamma (Montavon et al. 2019, section 10.2.3; generalised to
/// inputs and outputs of any sign by Andeol et al. 2021). The denominator is z + b + gamma (P + b+) where the output is
/// positive and z + b + gamma (N + b-) where it is negative; an output of zero hands nothing down.
class Gamma final : public LinearRule {
 public:
  explicit Gamma(const Options& options) : LinearRule("Gamma", options), gamma_(options.number("gamma", 0.25)) {
    if (!(gamma_ >= 0) || std::isinf(gamma_))
      throw std::invalid_argument("Gamma: gamma must be finite and must not be negative");
  }

 protected:
  Tensor of_batch(const RuleCall& call) const override {
    if (!call.recorded && !zero_params.any() && !stabilize.norm_scale) return fused(call);
    const auto& map = *call.linear_map();
    const SignedProducts products(map, call.input(), zero_params.weight(call));
    const auto bias = zero_params.bias(call);
    const auto z = zero_params.output(call);
    const auto part = [&](const Tensor& mask, const Tensor& product, const Tensor& bias_part) {
      return mask * call.relevance() / stabilize(z + gamma_ * plus_bias(product, bias_part, map));
    };
    // The sign is that of the layer's output as it is, whatever is taken as zero.
    const auto& sign = call.output();
    const auto above = part(sign.gt(0), products.positive(), bias.defined() ? bias.clamp_min(0) : bias);
    const auto below = part(sign.lt(0), products.negative(), bias.defined() ? bias.clamp_max(0) : bias);
    return products.take_back((1 + gamma_) * above + below, above + (1 + gamma_) * below);
  }

 private:
  Tensor fused(const RuleCall& call) const {
    const FusedProducts products(call);
    const bool mixed = products.has_negative_input();
    const auto weight = mixed ? Tensor() : favoured_weight(call, products, true);
    const auto favoured = call.remembered("favoured_output", [&] {
      return mixed ? at::add(call.output(), products.positive(), gamma_)
                   : call.linear_map()->product(call.input(), weight, favoured_bias(call));
    });
    const auto seed = [&](bool above) {
      return kernels::gamma_seed(call.relevance(), call.output(), favoured, gamma_, stabilize.epsilon, stabilize.clip,
                                 above);
    };
    const auto above = seed(true);
    if (mixed) {
      const auto below = seed(false);
      return products.take_back_in_half_sums(at::add(below.seed, above.seed, 1 + gamma_),
                                             at::add(above.seed, below.seed, 1 + gamma_));
    }
    // Relevance below zero is rare: the next layer's ReLU lets none through.
    auto back = products.transposed(above.seed, weight);
    if (above.other_side) back.add_(products.transposed(seed(false).seed, favoured_weight(call, products, false)));
    return back.mul_(call.input());
  }

  /// Scaled by 1 + gamma on one side of zero.
  Tensor favoured(const Tensor& parameter, bool above) const {
    return kernels::scaled_by_sign(parameter, above ? 1 + gamma_ : 1, above ? 1 : 1 + gamma_);
  }

  Tensor favoured_weight(const RuleCall& call, const FusedProducts& products, bool above) const {
    return call.derived(above ? "favoured_weight" : "weight_favoured_below",
                        [&] { return favoured(products.weight(), above); });
  }

  Tensor favoured_bias(const RuleCall& call) const {
    const auto bias = call.parameter("bias");
    return bias.defined() ? call.derived("favoured_bias", [&] { return favoured(bias, true); }) : bias;
  }

  double gamma_;
};

const RuleRegistration gamma_rule{"Gamma", [](const Options& options) { return std::make_shared<Gamma>(options); }};

}  // namespace

}  // namespace jennit
