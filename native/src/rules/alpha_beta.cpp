#include <jennit/kernels.h>

#include "fused_products.h"
#include "linear_rule.h"
#include "rule_registry.h"
#include "signed_products.h"

namespace jennit {

namespace {

/// Positive and negative contributions apart, weighted with alpha and -beta (Bach et al. 2015, eq. 60).
class AlphaBeta final : public LinearRule {
 public:
  explicit AlphaBeta(const Options& options)
      : LinearRule("AlphaBeta", options), alpha_(options.number("alpha", 2.)), beta_(options.number("beta", 1.)) {
    if (!(alpha_ >= 0) || !(beta_ >= 0)) throw std::invalid_argument("AlphaBeta: alpha and beta must not be negative");
    if (alpha_ - beta_ != 1.) throw std::invalid_argument("AlphaBeta: alpha - beta must be 1");
  }

 protected:
  Tensor of_batch(const RuleCall& call) const override {
    if (!call.recorded && !zero_params.any()) return fused(call);
    const auto& map = *call.linear_map();
    const SignedProducts products(map, call.input(), zero_params.weight(call));
    const auto bias = zero_params.bias(call);
    const auto part = [&](const Tensor& product, const Tensor& bias_part) {
      return call.relevance() / stabilize(plus_bias(product, bias_part, map));
    };
    const auto u = alpha_ * part(products.positive(), bias.defined() ? bias.clamp_min(0) : bias);
    if (beta_ == 0) return products.take_back(u, {});
    const auto v = -beta_ * part(products.negative(), bias.defined() ? bias.clamp_max(0) : bias);
    return products.take_back(u, v);
  }

 private:
  Tensor fused(const RuleCall& call) const {
    const FusedProducts products(call);
    const auto& relevance = call.relevance();
    const auto positive = products.positive();
    if (beta_ == 0) return products.take_back(stabilize.quotient(relevance, positive), {});
    const auto exactly = [&] { return stabilize.quotient(relevance, products.negative()).mul_(-beta_); };
    // Half precision has no digits to spare for a difference.
    if (stabilize.norm_scale || relevance.element_size() < 4)
      return products.take_back(stabilize.quotient(relevance, positive).mul_(alpha_), exactly());
    const auto seeds =
        kernels::alpha_beta_seeds(relevance, call.output(), positive, alpha_, beta_, stabilize.epsilon, stabilize.clip);
    return products.take_back(seeds.positive, seeds.precise ? seeds.negative : exactly());
  }

  double alpha_, beta_;
};

const RuleRegistration alpha_beta{"AlphaBeta",
                                  [](const Options& options) { return std::make_shared<AlphaBeta>(options); }};

}  // namespace

}  // namespace jennit
