#pragma once

namespace jennit {

/// Lets LibTorch's own threads share products of matrices, where the library of native/blas stands in front of
/// OpenBLAS, and OpenBLAS go by one thread. OpenBLAS has threads of its own that wait by spinning, and starts them
/// inside of LibTorch's parallel loops too: two teams then fight for the cores. Answers whether products are shared;
/// otherwise OpenBLAS keeps its threads. Once, before other calls.
bool share_products();

}  // namespace jennit
