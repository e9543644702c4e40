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

  Needs needs(const Callable&) const override { return {true, false, true}; }

  Tensors relevance(const RuleCall& call) const override {
    const auto& map = *call.callable.linear_map();
    const SignedProducts products(map, call.input(), zero_params.weight(call));
    const auto bias = zero_params.bias(call);
    const auto part = [&](const Tensor& product, const Tensor& bias_part) {
      return call.relevance() / stabilize(plus_bias(product, bias_part, map));
    };
    const auto u = alpha_ * part(products.positive(), bias.defined() ? bias.clamp_min(0) : bias);
    if (beta_ == 0) return {products.take_back(u, {})};
    const auto v = -beta_ * part(products.negative(), bias.defined() ? bias.clamp_max(0) : bias);
    return {products.take_back(u, v)};
  }

 private:
  double alpha_, beta_;
};

const RuleRegistration alpha_beta{"AlphaBeta",
                                  [](const Options& options) { return std::make_shared<AlphaBeta>(options); }};

}  // namespace

}  // namespace jennit
