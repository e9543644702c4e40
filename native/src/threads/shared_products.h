#pragma once

namespace jennit {

/// Lets LibTorch's own threads share products of matrices (sgemm and dgemm), each of which takes a part as one product
/// of OpenBLAS, which then is to go by one thread. OpenBLAS has threads of its own that wait by spinning, and starts
/// them inside of LibTorch's parallel loops too: two teams would fight for the cores. Answers whether products are
/// shared: not where another library multiplies. Once, before LibTorch's passes.
bool share_products();

}  // namespace jennit
