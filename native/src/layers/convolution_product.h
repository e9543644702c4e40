#pragma once

#include <jennit/linear_map.h>

#include <string>

namespace jennit {

/// The geometry of a convolution or transposed convolution, all lists one entry per spatial dimension.
struct ConvolutionGeometry {
  std::vector<int64_t> stride, padding, dilation, output_padding;
  int64_t groups = 1;
  bool transposed = false;
  /// Padding that is not zeros is put around the input first; `surround` is then how much, last dimension first.
  std::string padding_mode = "zeros";
  std::vector<int64_t> surround;
};

/// A convolution as a linear map. Inputs may lack the batch dimension.
class ConvolutionProduct final : public LinearMap {
 public:
  explicit ConvolutionProduct(ConvolutionGeometry geometry) : geometry_(std::move(geometry)) {}
  int64_t sample_dim() const override { return static_cast<int64_t>(geometry_.stride.size()) + 1; }
  bool takes(const Tensor& x) const override;
  Tensor product(const Tensor& x, const Tensor& w, const Tensor& b) const override;
  Tensor transposed(const Tensor& s, const Tensor& w, at::IntArrayRef input_sizes) const override;
  Tensor broadcast_bias(const Tensor& bias, int64_t output_dim) const override;
  int64_t input_channel_dim() const override { return geometry_.transposed ? 0 : 1; }
  const ConvolutionGeometry& geometry() const { return geometry_; }

 private:
  Tensor surrounded(const Tensor& x) const;
  ConvolutionGeometry geometry_;
};

}  // namespace jennit
