#pragma once

#include <jennit/tensors.h>

namespace jennit::kernels {

/// Refuses tensors of different devices or dtypes, or that are not of floating point.
void check_alike(const char* op, std::initializer_list<const Tensor*> tensors);
/// Refuses tensors of different shapes.
void check_shapes(const char* op, std::initializer_list<const Tensor*> tensors);
/// The sizes with those of `channel` doubled; refuses a dimension that is not there.
std::vector<int64_t> stacked_sizes(const char* op, const Tensor& tensor, int64_t channel);

}  // namespace jennit::kernels
