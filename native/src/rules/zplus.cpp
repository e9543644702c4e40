#include "fused_products.h"
#include "linear_rule.h"
#include "rule_registry.h"
#include "signed_products.h"

namespace jennit {

namespace {

/// Relevance along the positive contributions alone: z+ (Montavon et al. 2017, eq. 15), for inputs of any sign.
class ZPlus final : public LinearRule {
 public:
  explicit ZPlus(const Options& options) : LinearRule("ZPlus", options) {}

  Needs needs(const Callable&) const override { return {true, false, true, true}; }

 protected:
  Tensor of_batch(const RuleCall& call) const override {
    if (!call.recorded && !zero_params.any()) return fused(call);
    const auto& map = *call.linear_map();
    const SignedProducts products(map, call.input(), zero_params.weight(call));
    const auto bias = zero_params.bias(call);
    const auto denominator = plus_bias(products.positive(), bias.defined() ? bias.clamp_min(0) : bias, map);
    return products.take_back(call.relevance() / stabilize(denominator), {});
  }

 private:
  Tensor fused(const RuleCall& call) const {
    const FusedProducts products(call);
    return products.take_back(stabilize.quotient(call.relevance(), products.positive()), {});
  }
};

const RuleRegistration zplus{"ZPlus", [](const Options& options) { return std::make_shared<ZPlus>(options); }};

}  // namespace

}  // namespace jennit
