#pragma once

#include <vector>

namespace jennit {

/// The functions of that name in OpenBLAS as LibTorch loaded it, which may stand in two libraries; none where another
/// library serves.
std::vector<void*> openblas_functions(const char* name);

}  // namespace jennit
