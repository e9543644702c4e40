#include "convolution_product.h"

#include "convolution_function.h"

namespace jennit {

Tensor ConvolutionProduct::surrounded(const Tensor& x) const {
  return geometry_.surround.empty() ? x : at::pad(x, geometry_.surround, geometry_.padding_mode);
}

bool ConvolutionProduct::takes(const Tensor& x) const { return x.dim() == sample_dim() || x.dim() == sample_dim() + 1; }

Tensor ConvolutionProduct::product(const Tensor& x, const Tensor& w, const Tensor& b) const {
  const bool batched = x.dim() > sample_dim();
  const auto input = surrounded(batched ? x : x.unsqueeze(0));
  const auto output = convolution(input, w, b, geometry_);
  return batched ? output : output.squeeze(0);
}

Tensor ConvolutionProduct::transposed(const Tensor& s, const Tensor& w, at::IntArrayRef input_sizes) const {
  const bool batched = s.dim() > sample_dim();
  const auto upper = batched ? s : s.unsqueeze(0);
  auto sizes = input_sizes.vec();
  if (!batched) sizes.insert(sizes.begin(), 1);
  auto padded = sizes;
  for (size_t i = 0; 2 * i < geometry_.surround.size(); ++i)
    padded[padded.size() - 1 - i] += geometry_.surround[2 * i] + geometry_.surround[2 * i + 1];
  auto result = transposed_convolution(upper, w, padded, geometry_);
  if (!geometry_.surround.empty()) {
    // The transpose of the padding: its own derivative, recorded when recording is on.
    const bool recorded = at::GradMode::is_enabled();
    torch::AutoGradMode record(true);
    const auto inner = at::zeros(sizes, upper.options()).requires_grad_();
    result = torch::autograd::grad({surrounded(inner)}, {inner}, {result}, c10::nullopt, recorded)[0];
  }
  return batched ? result : result.squeeze(0);
}

Tensor ConvolutionProduct::broadcast_bias(const Tensor& bias, int64_t) const {
  std::vector<int64_t> shape(sample_dim(), 1);
  shape[0] = -1;
  return bias.view(shape);
}

}  // namespace jennit
