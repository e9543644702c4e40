#include <ATen/Parallel.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <blas/blas_front.h>
#include <dlfcn.h>
#include <jennit/shared_products.h>

#include <algorithm>
#include <atomic>

namespace jennit {

namespace {

/// Multiplications that are worth a thread.
constexpr int64_t grain = int64_t{1} << 20;
/// Rows or columns that threads take as a whole: those of the kernels' tiles.
constexpr int64_t tile = 16;

std::atomic<bool> was_called{false};

template <class Gemm>
Gemm behind = nullptr;

bool is_transposed(const char* option) { return *option != 'n' && *option != 'N'; }

/// The product in as many parts as threads are worth it: columns of c, or rows where there are more of them. Each value
/// is a sum in the same order as in the whole.
template <class Gemm, class T>
void shared(const char* transa, const char* transb, const int* m, const int* n, const int* k, const T* alpha,
            const T* a, const int* lda, const T* b, const int* ldb, const T* beta, T* c, const int* ldc) {
  was_called = true;
  const auto whole = behind<Gemm>;
  const bool by_columns = *n >= *m;
  const int64_t size = by_columns ? *n : *m, work = int64_t{by_columns ? *m : *n} * *k;
  const auto tiles = (size + tile - 1) / tile;
  if (size <= 0 || work <= 0) return whole(transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  at::parallel_for(0, tiles, std::max<int64_t>(1, grain / (work * tile)), [&](int64_t first, int64_t last) {
    const auto begin = first * tile;
    const auto part = static_cast<int>(std::min(last * tile, size) - begin);
    if (by_columns)
      whole(transa, transb, m, &part, k, alpha, a, lda, b + (is_transposed(transb) ? begin : begin * *ldb), ldb, beta,
            c + begin * *ldc, ldc);
    else
      whole(transa, transb, &part, n, k, alpha, a + (is_transposed(transa) ? begin * *lda : begin), lda, b, ldb, beta,
            c + begin, ldc);
  });
}

template <class Function>
Function function(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

/// Whether LibTorch's products come here: it may have been loaded, and bound to OpenBLAS, before.
bool are_called() {
  const c10::InferenceMode unrecorded;
  const auto matrix = at::ones({64, 64});
  at::mm(matrix, matrix);
  return was_called;
}

}  // namespace

bool share_products() {
  const auto sgemm = function<jennit_sgemm (*)()>("jennit_blas_sgemm");
  const auto dgemm = function<jennit_dgemm (*)()>("jennit_blas_dgemm");
  const auto share = function<void (*)(jennit_sgemm, jennit_dgemm)>("jennit_blas_share");
  if (!sgemm || !dgemm || !share) return false;
  behind<jennit_sgemm> = sgemm();
  behind<jennit_dgemm> = dgemm();
  if (!behind<jennit_sgemm> || !behind<jennit_dgemm>) return false;
  share(shared<jennit_sgemm, float>, shared<jennit_dgemm, double>);
  if (are_called()) return true;
  share(nullptr, nullptr);
  return false;
}

}  // namespace jennit
