#pragma once

// A library in front of OpenBLAS. Loaded before LibTorch, and for all, its products of matrices are those that LibTorch
// calls; it hands them on to whoever takes them, or to the library behind it. It knows neither LibTorch nor OpenMP.

extern "C" {

/// BLAS's sgemm and dgemm: c = alpha op(a) op(b) + beta c, all in the order of Fortran, columns first.
using jennit_sgemm = void (*)(const char* transa, const char* transb, const int* m, const int* n, const int* k,
                              const float* alpha, const float* a, const int* lda, const float* b, const int* ldb,
                              const float* beta, float* c, const int* ldc);
using jennit_dgemm = void (*)(const char* transa, const char* transb, const int* m, const int* n, const int* k,
                              const double* alpha, const double* a, const int* lda, const double* b, const int* ldb,
                              const double* beta, double* c, const int* ldc);

/// Those of the library behind.
__attribute__((visibility("default"))) jennit_sgemm jennit_blas_sgemm();
__attribute__((visibility("default"))) jennit_dgemm jennit_blas_dgemm();

/// From now on these are called for every product; null: the library's own.
__attribute__((visibility("default"))) void jennit_blas_share(jennit_sgemm sgemm, jennit_dgemm dgemm);

__attribute__((visibility("default"))) void sgemm_(const char* transa, const char* transb, const int* m, const int* n,
                                                   const int* k, const float* alpha, const float* a, const int* lda,
                                                   const float* b, const int* ldb, const float* beta, float* c,
                                                   const int* ldc);
__attribute__((visibility("default"))) void dgemm_(const char* transa, const char* transb, const int* m, const int* n,
                                                   const int* k, const double* alpha, const double* a, const int* lda,
                                                   const double* b, const int* ldb, const double* beta, double* c,
                                                   const int* ldc);
}
