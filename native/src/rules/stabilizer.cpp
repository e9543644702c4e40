#include "stabilizer.h"

#include <jennit/kernels.h>

#include <cmath>

namespace jennit {

Stabilizer Stabilizer::read(const Options& options, const std::string& prefix, double epsilon) {
  Stabilizer stabilizer;
  stabilizer.epsilon = options.number(prefix + ".epsilon", epsilon);
  stabilizer.clip = options.flag(prefix + ".clip", false);
  stabilizer.norm_scale = options.flag(prefix + ".norm_scale", false);
  if (options.has(prefix + ".dim")) stabilizer.dim = options.integers(prefix + ".dim");
  if (!(stabilizer.epsilon >= 0) || std::isinf(stabilizer.epsilon))
    throw std::invalid_argument("option '" + prefix + ".epsilon' must be a finite number and not negative");
  return stabilizer;
}

Tensor Stabilizer::operator()(const Tensor& value) const {
  const auto sign = at::where(value.detach().ge(0), at::scalar_tensor(1.0, value.options()),
                              at::scalar_tensor(-1.0, value.options()));
  if (!norm_scale) return clip ? sign * value.abs().clamp_min(epsilon) : value + sign * epsilon;
  std::vector<int64_t> over;
  if (dim)
    over = *dim;
  else
    for (int64_t i = 1; i < value.dim(); ++i) over.push_back(i);
  const auto scaled = epsilon * value.square().mean(over, /*keepdim=*/true).sqrt();
  return clip ? sign * at::maximum(value.abs(), scaled) : value + sign * scaled;
}

Tensor Stabilizer::quotient(const Tensor& relevance, const Tensor& denominator) const {
  return norm_scale ? relevance / (*this)(denominator) : kernels::quotient(relevance, denominator, epsilon, clip);
}

}  // namespace jennit
