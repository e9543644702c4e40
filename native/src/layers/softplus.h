#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// LibTorch's softplus, log(1 + exp(beta x)) / beta below the threshold and x above it, for graphs that are
/// differentiated twice: LibTorch makes its second derivative of eight passes over the data, this one of four.
Tensor softplus(const Tensor& x, double beta, double threshold);

}  // namespace jennit
