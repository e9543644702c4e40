#pragma once

#include "convolution_product.h"

namespace jennit {

// LibTorch's convolution for graphs that are differentiated twice. LibTorch's own double backward makes the gradient by
// the weight whether anybody asks for it or not, which costs several times what the rest of the pass does; these ask
// first, at every order. Values are LibTorch's. Inputs are batched, and nothing is padded but with zeros.

/// x convolved with w, plus b (undefined: none).
Tensor convolution(const Tensor& x, const Tensor& w, const Tensor& b, const ConvolutionGeometry& geometry);

/// The gradient of <s, convolution(x, w)> by an x of these sizes.
Tensor transposed_convolution(const Tensor& s, const Tensor& w, at::IntArrayRef sizes,
                              const ConvolutionGeometry& geometry);

}  // namespace jennit
