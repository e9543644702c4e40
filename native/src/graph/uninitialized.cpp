#include "uninitialized.h"

#include <torch/library.h>
#include <torch/torch.h>

namespace jennit::graph {

namespace {

// NOLINTNEXTLINE(performance-unnecessary-value-param): the operator's signature.
at::Tensor& leave(at::Tensor& self, double, double, std::optional<at::Generator>) { return self; }

}  // namespace

// A key of LibTorch's that comes before all others and that nothing else here uses.
TORCH_LIBRARY_IMPL(_, TESTING_ONLY_GenericMode, library) { library.fallback(torch::CppFunction::makeFallthrough()); }
TORCH_LIBRARY_IMPL(aten, TESTING_ONLY_GenericMode, library) {
  library.impl("uniform_", leave);
  library.impl("normal_", leave);
}

}  // namespace jennit::graph
