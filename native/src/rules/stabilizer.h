#pragma once

#include <jennit/options.h>

#include <optional>

namespace jennit {

/// Keeps a denominator away from zero, with the sign of the value (zero counts as positive):
/// value + sign * epsilon, or sign * max(|value|, epsilon) with `clip`.
/// With `norm_scale` epsilon is scaled by the root mean square of the value over `dim` (all but the first by default).
struct Stabilizer {
  double epsilon = 1e-6;
  bool clip = false, norm_scale = false;
  std::optional<std::vector<int64_t>> dim;

  /// Reads `prefix`.epsilon, .clip, .norm_scale and .dim; `epsilon` is what the first is where it is not given.
  static Stabilizer read(const Options& options, const std::string& prefix, double epsilon = 1e-6);

  Tensor operator()(const Tensor& value) const;

  /// relevance / (*this)(denominator), in one pass where that is possible; not recorded.
  Tensor quotient(const Tensor& relevance, const Tensor& denominator) const;
};

}  // namespace jennit
