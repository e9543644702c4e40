#pragma once

#include <cstdint>

// How many threads an operation takes. LibTorch keeps the number for each thread that calls it; OpenBLAS, which serves
// its dense layers, has threads of its own, one number of them for the process. Here OpenBLAS takes one, and LibTorch's
// threads share its products (src/threads/shared_products.h); where they cannot, OpenBLAS follows LibTorch.

namespace jennit {

/// As at::set_num_threads: for the calling thread, and for those that are new to LibTorch; and for OpenBLAS. Throws
/// std::invalid_argument for less than one or more than 1024, which OpenMP may not get and end the process.
void set_num_threads(int64_t count);

/// Once the libraries are loaded, and at the start of a pass: lets the threads of OpenBLAS be what they should. It is
/// left alone where the environment says how many it takes (OPENBLAS_NUM_THREADS).
void follow_num_threads();

}  // namespace jennit
