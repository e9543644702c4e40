#include "blas_front.h"

#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <string>
#include <vector>

namespace {

/// The files of the libraries that are loaded, in the order of their loading.
std::vector<std::string> loaded_libraries() {
  std::vector<std::string> files;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* found) {
        if (info->dlpi_name) static_cast<std::vector<std::string>*>(found)->emplace_back(info->dlpi_name);
        return 0;
      },
      &files);
  return files;
}

/// The function of that name in the first BLAS library that has it besides this one.
void* find_besides_here(const char* name) {
  void* own = dlsym(RTLD_DEFAULT, name);
  for (const auto& file : loaded_libraries()) {
    if (file.find("blas") == std::string::npos) continue;
    void* library = dlopen(file.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (!library) continue;
    void* function = dlsym(library, name);
    dlclose(library);
    if (function && function != own) return function;
  }
  return nullptr;
}

template <class Function>
Function real(std::atomic<Function>& known, const char* name) {
  auto function = known.load(std::memory_order_acquire);
  if (!function) {
    function = reinterpret_cast<Function>(find_besides_here(name));
    known.store(function, std::memory_order_release);
  }
  return function;
}

std::atomic<jennit_sgemm> real_sgemm{nullptr}, shared_sgemm{nullptr};
std::atomic<jennit_dgemm> real_dgemm{nullptr}, shared_dgemm{nullptr};

}  // namespace

extern "C" {

jennit_sgemm jennit_blas_sgemm() { return real(real_sgemm, "sgemm_"); }
jennit_dgemm jennit_blas_dgemm() { return real(real_dgemm, "dgemm_"); }

void jennit_blas_share(jennit_sgemm sgemm, jennit_dgemm dgemm) {
  shared_sgemm = sgemm;
  shared_dgemm = dgemm;
}

void sgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const float* alpha,
            const float* a, const int* lda, const float* b, const int* ldb, const float* beta, float* c,
            const int* ldc) {
  const auto shared = shared_sgemm.load(std::memory_order_acquire);
  (shared ? shared : jennit_blas_sgemm())(transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void dgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const double* alpha,
            const double* a, const int* lda, const double* b, const int* ldb, const double* beta, double* c,
            const int* ldc) {
  const auto shared = shared_dgemm.load(std::memory_order_acquire);
  (shared ? shared : jennit_blas_dgemm())(transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

}  // extern "C"
