#pragma once

#include <jennit/tensors.h>

namespace jennit::kernels {

/// Refuses tensors of different devices or dtypes, or that are not of floating point.
void check_alike(const char* op, std::initializer_list<const Tensor*> tensors);
/// Refuses tensors of different shapes.
void check_shapes(const char* op, std::initializer_list<const Tensor*> tensors);

}  // namespace jennit::kernels
