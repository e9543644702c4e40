#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// A layer seen as a map that is linear in its input and in its weight: the geometry without the tensors.
/// Immutable; shared by all calls. x is the layer's input, w a tensor of the weight's shape, s one of the output's
/// shape.
class LinearMap {
 public:
  virtual ~LinearMap() = default;
  /// How many dimensions an input without a batch dimension has.
  virtual int64_t sample_dim() const = 0;
  /// Whether an input has as many dimensions as the layer works on.
  virtual bool takes(const at::Tensor& x) const = 0;
  /// The output for input x, weight w and bias b (undefined: none).
  virtual at::Tensor product(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b) const = 0;
  /// The transposed product: the gradient of <s, product(x, w)> by x, for an x of size `input_sizes`.
  virtual at::Tensor transposed(const at::Tensor& s, const at::Tensor& w, at::IntArrayRef input_sizes) const = 0;
  /// The bias in a shape that broadcasts against an output of `output_dim` dimensions.
  virtual at::Tensor broadcast_bias(const at::Tensor& bias, int64_t output_dim) const = 0;
  /// The dimension of the weight that runs over the input's channels of one group.
  virtual int64_t input_channel_dim() const = 0;
};

}  // namespace jennit
