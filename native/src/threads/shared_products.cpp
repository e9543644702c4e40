#include "shared_products.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "imported_function.h"
#include "openblas.h"

namespace jennit {

namespace {

/// Multiplications that are worth a thread.
constexpr int64_t grain = int64_t{1} << 20;
/// Rows or columns that threads take as a whole: those of the kernels' tiles.
constexpr int64_t tile = 16;

/// BLAS's sgemm or dgemm: c = alpha op(a) op(b) + beta c, in the order of Fortran, columns first.
template <class T>
using Gemm = void (*)(const char* transa, const char* transb, const int* m, const int* n, const int* k, const T* alpha,
                      const T* a, const int* lda, const T* b, const int* ldb, const T* beta, T* c, const int* ldc);

/// That of OpenBLAS.
template <class T>
Gemm<T> whole = nullptr;

bool is_transposed(const char* option) { return *option != 'n' && *option != 'N'; }

/// The product in as many parts as threads are worth it: columns of c, or rows where there are more of them.
template <class T>
void shared(const char* transa, const char* transb, const int* m, const int* n, const int* k, const T* alpha,
            const T* a, const int* lda, const T* b, const int* ldb, const T* beta, T* c, const int* ldc) {
  const bool by_columns = *n >= *m;
  const int64_t size = by_columns ? *n : *m, work = int64_t{by_columns ? *m : *n} * *k;
  if (size <= 0 || work <= 0) return whole<T>(transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  const auto tiles = (size + tile - 1) / tile;
  at::parallel_for(0, tiles, std::max<int64_t>(1, grain / (work * tile)), [&](int64_t first, int64_t last) {
    const auto begin = first * tile;
    const auto part = static_cast<int>(std::min(last * tile, size) - begin);
    if (by_columns)
      whole<T>(transa, transb, m, &part, k, alpha, a, lda, b + (is_transposed(transb) ? begin : begin * *ldb), ldb,
               beta, c + begin * *ldc, ldc);
    else
      whole<T>(transa, transb, &part, n, k, alpha, a + (is_transposed(transa) ? begin * *lda : begin), lda, b, ldb,
               beta, c + begin, ldc);
  });
}

template <class T>
Gemm<T> openblas(const char* name) {
  const auto functions = openblas_functions(name);
  return functions.empty() ? nullptr : reinterpret_cast<Gemm<T>>(functions.front());
}

}  // namespace

bool share_products() {
  const ImportedFunction sgemm("libtorch_cpu.so", "sgemm_"), dgemm("libtorch_cpu.so", "dgemm_");
  whole<float> = openblas<float>("sgemm_");
  whole<double> = openblas<double>("dgemm_");
  if (!sgemm.is_found() || !dgemm.is_found() || !whole<float> || !whole<double>) return false;
  sgemm.bind_to(reinterpret_cast<void*>(shared<float>));
  dgemm.bind_to(reinterpret_cast<void*>(shared<double>));
  return true;
}

}  // namespace jennit
