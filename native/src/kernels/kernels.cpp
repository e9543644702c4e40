#include <jennit/kernels.h>
#include <torch/library.h>

#include "signatures.h"

// Schemas, the calls through the dispatcher, and what serves devices without a kernel of their own.

namespace jennit::kernels {

namespace {

/// Calls an operator below autograd, which has nothing to record here.
template <class Operation, class... Arguments>
auto call(const Operation& operation, const Arguments&... arguments) {
  at::AutoDispatchBelowAutograd below;
  return operation.call(arguments...);
}

Tensor stabilized(const Tensor& value, double epsilon, bool clip) {
  const auto sign = value.lt(0).to(value.scalar_type()).mul_(-2).add_(1);
  return clip ? sign * value.abs().clamp_min(epsilon) : value + sign * epsilon;
}

Tensor quotient_fallback(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  return relevance / stabilized(denominator, epsilon, clip);
}

Tensor scaled_by_sign_fallback(const Tensor& weight, double above, double below) {
  return at::where(weight.gt(0), weight * above, weight * below);
}

Two gamma_fallback(const Tensor& relevance, const Tensor& output, const Tensor& favoured, double gamma, double epsilon,
                   bool clip, bool above) {
  const auto here = above ? output.gt(0) : output.lt(0), there = above ? output.lt(0) : output.gt(0);
  const auto share = relevance / stabilized(above ? favoured : (2 + gamma) * output - favoured, epsilon, clip);
  return {at::where(here, share, 0), at::logical_and(there, relevance.ne(0)).any()};
}

Three alpha_beta_fallback(const Tensor& relevance, const Tensor& output, const Tensor& positive, double alpha,
                          double beta, double epsilon, bool clip) {
  const auto minus_n = (positive - output).clamp_min(0);
  const auto imprecise =
      at::logical_and(at::logical_and(relevance.ne(0), minus_n.gt(0)), (minus_n * 256).lt(positive)).any();
  return {alpha * relevance / stabilized(positive, epsilon, clip),
          beta * relevance / stabilized(minus_n, epsilon, clip), imprecise};
}

Tensor guided_fallback(const Tensor& upper, const Tensor& output) { return upper * upper.gt(0) * output.gt(0); }

Tensor has_negative_fallback(const Tensor& values) { return values.lt(0).any(); }

}  // namespace

Tensor quotient(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  static const auto op = operation<QuotientOp>("jennit::quotient");
  return call(op, relevance, denominator, epsilon, clip);
}

Tensor scaled_by_sign(const Tensor& weight, double above, double below) {
  static const auto op = operation<ScaledBySignOp>("jennit::scaled_by_sign");
  return call(op, weight, above, below);
}

GammaSeed gamma_seed(const Tensor& relevance, const Tensor& output, const Tensor& favoured, double gamma,
                     double epsilon, bool clip, bool above) {
  static const auto op = operation<GammaOp>("jennit::gamma_seed");
  const auto [seed, other_side] = call(op, relevance, output, favoured, gamma, epsilon, clip, above);
  return {seed, other_side.item<bool>()};
}

AlphaBetaSeeds alpha_beta_seeds(const Tensor& relevance, const Tensor& output, const Tensor& positive, double alpha,
                                double beta, double epsilon, bool clip) {
  static const auto op = operation<AlphaBetaOp>("jennit::alpha_beta_seeds");
  const auto [above, below, imprecise] = call(op, relevance, output, positive, alpha, beta, epsilon, clip);
  return {above, below, !imprecise.item<bool>()};
}

Tensor guided(const Tensor& upper, const Tensor& output) {
  static const auto op = operation<GuidedOp>("jennit::guided");
  return call(op, upper, output);
}

bool has_negative(const Tensor& values) {
  static const auto op = operation<HasNegativeOp>("jennit::has_negative");
  return call(op, values).item<bool>();
}

TORCH_LIBRARY(jennit, library) {
  library.def("quotient(Tensor relevance, Tensor denominator, float epsilon, bool clip) -> Tensor");
  library.def("scaled_by_sign(Tensor weight, float above, float below) -> Tensor");
  library.def(
      "gamma_seed(Tensor relevance, Tensor output, Tensor favoured, float gamma, float epsilon, bool clip, bool above) "
      "-> (Tensor, Tensor)");
  library.def(
      "alpha_beta_seeds(Tensor relevance, Tensor output, Tensor positive, float alpha, float beta, float epsilon, "
      "bool clip) -> (Tensor, Tensor, Tensor)");
  library.def("guided(Tensor upper, Tensor output) -> Tensor");
  library.def("has_negative(Tensor values) -> Tensor");
}

TORCH_LIBRARY_IMPL(jennit, CompositeExplicitAutograd, library) {
  library.impl("quotient", quotient_fallback);
  library.impl("scaled_by_sign", scaled_by_sign_fallback);
  library.impl("gamma_seed", gamma_fallback);
  library.impl("alpha_beta_seeds", alpha_beta_fallback);
  library.impl("guided", guided_fallback);
  library.impl("has_negative", has_negative_fallback);
}

}  // namespace jennit::kernels
