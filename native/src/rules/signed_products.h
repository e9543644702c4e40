#pragma once

#include <jennit/linear_map.h>

namespace jennit {

/// Products of one layer's input and weight, split by the sign of the contributions:
/// P sums the positive x*w, N the negative ones, so that P + N is the layer's output without its bias.
/// They are formed from the split weight and never from half sums of z and |x|*|w|: where P nearly cancels, a half sum
/// keeps no digit of it, and P stands in denominators.
class SignedProducts {
 public:
  SignedProducts(const LinearMap& map, Tensor x, const Tensor& weight);

  Tensor positive() const;
  Tensor negative() const;

  /// x+ (w+'u + w-'v) + x- (w-'u + w+'v) with ' the transposed product; u, v may be undefined (zero).
  /// With u = s and v = 0 it takes s back along the positive contributions, with v = s along the negative ones.
  Tensor take_back(const Tensor& u, const Tensor& v) const;

 private:
  Tensor transposed(const Tensor& with_positive, const Tensor& with_negative) const;

  const LinearMap& map_;
  Tensor x_, positive_weight_, negative_weight_;
  bool has_negative_input_;
};

}  // namespace jennit
