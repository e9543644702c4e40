#include <jennit/kernels.h>
#include <torch/library.h>

// Schemas, the calls through the dispatcher, and what serves devices without a kernel of their own.

namespace jennit::kernels {

namespace {

template <class Signature>
auto operation(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

Tensor stabilized(const Tensor& value, double epsilon, bool clip) {
  const auto sign = value.lt(0).to(value.scalar_type()).mul_(-2).add_(1);
  return clip ? sign * value.abs().clamp_min(epsilon) : value + sign * epsilon;
}

Tensor quotient_fallback(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  return relevance / stabilized(denominator, epsilon, clip);
}

Tensor alpha_beta_fallback(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel,
                           double alpha, double beta, double epsilon, bool clip) {
  const auto negative = (output - positive).clamp_max(0);
  return at::cat({alpha * relevance / stabilized(positive, epsilon, clip),
                  -beta * relevance / stabilized(negative, epsilon, clip)},
                 channel);
}

Tensor gamma_fallback(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel,
                      double gamma, double epsilon, bool clip) {
  const auto negative = (output - positive).clamp_max(0);
  const auto above = output.gt(0) * relevance / stabilized(output + gamma * positive, epsilon, clip);
  const auto below = output.lt(0) * relevance / stabilized(output + gamma * negative, epsilon, clip);
  return at::cat({(1 + gamma) * above + below, above + (1 + gamma) * below}, channel);
}

Tensor guided_fallback(const Tensor& upper, const Tensor& output) { return upper * upper.gt(0) * output.gt(0); }

}  // namespace

Tensor quotient(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  static const auto op = operation<decltype(quotient)>("jennit::quotient");
  return op.call(relevance, denominator, epsilon, clip);
}

Tensor alpha_beta_seeds(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel,
                        double alpha, double beta, double epsilon, bool clip) {
  static const auto op = operation<decltype(alpha_beta_seeds)>("jennit::alpha_beta_seeds");
  return op.call(relevance, output, positive, channel, alpha, beta, epsilon, clip);
}

Tensor gamma_seeds(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel, double gamma,
                   double epsilon, bool clip) {
  static const auto op = operation<decltype(gamma_seeds)>("jennit::gamma_seeds");
  return op.call(relevance, output, positive, channel, gamma, epsilon, clip);
}

Tensor guided(const Tensor& upper, const Tensor& output) {
  static const auto op = operation<decltype(guided)>("jennit::guided");
  return op.call(upper, output);
}

TORCH_LIBRARY(jennit, library) {
  library.def("quotient(Tensor relevance, Tensor denominator, float epsilon, bool clip) -> Tensor");
  library.def(
      "alpha_beta_seeds(Tensor relevance, Tensor output, Tensor positive, int channel, float alpha, float beta, "
      "float epsilon, bool clip) -> Tensor");
  library.def(
      "gamma_seeds(Tensor relevance, Tensor output, Tensor positive, int channel, float gamma, float epsilon, "
      "bool clip) -> Tensor");
  library.def("guided(Tensor upper, Tensor output) -> Tensor");
}

TORCH_LIBRARY_IMPL(jennit, CompositeExplicitAutograd, library) {
  library.impl("quotient", quotient_fallback);
  library.impl("alpha_beta_seeds", alpha_beta_fallback);
  library.impl("gamma_seeds", gamma_fallback);
  library.impl("guided", guided_fallback);
}

}  // namespace jennit::kernels
