#include "checks.h"

namespace jennit::kernels {

void check_alike(const char* op, std::initializer_list<const Tensor*> tensors) {
  const auto& first = **tensors.begin();
  for (const auto* tensor : tensors) {
    TORCH_CHECK(tensor->defined(), "jennit::", op, ": a tensor is undefined");
    TORCH_CHECK(tensor->is_floating_point(), "jennit::", op, ": expected floating point, got ", tensor->scalar_type());
    TORCH_CHECK(tensor->device() == first.device(), "jennit::", op, ": tensors on ", first.device(), " and ",
                tensor->device());
    TORCH_CHECK(tensor->scalar_type() == first.scalar_type(), "jennit::", op, ": tensors of ", first.scalar_type(),
                " and ", tensor->scalar_type());
  }
}

void check_shapes(const char* op, std::initializer_list<const Tensor*> tensors) {
  const auto& first = **tensors.begin();
  for (const auto* tensor : tensors)
    TORCH_CHECK(tensor->sizes() == first.sizes(), "jennit::", op, ": shapes ", first.sizes(), " and ", tensor->sizes());
}

}  // namespace jennit::kernels
