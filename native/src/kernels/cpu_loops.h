#pragma once

#include <cstdint>

#include "functors.h"

// The functors over flat arrays. Restricted pointers, choices that are constants and no exits are what the compiler
// needs to vectorise a loop; it makes one version for each instruction set, and the machine picks.

namespace jennit::kernels {

#ifdef __clang__  // which makes no versions of templates
#define JENNIT_VECTORISED
#else
#define JENNIT_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#endif

template <bool Clip, class T>
JENNIT_VECTORISED void quotient_version(Quotient<T> functor, int64_t size, const T* __restrict r, const T* __restrict d,
                                        T* __restrict result) {
  functor.stabilize.clip = Clip;
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) result[i] = functor(r[i], d[i]);
}

template <class T>
void quotient_loop(const Quotient<T>& functor, int64_t size, const T* r, const T* d, T* result) {
  const auto version = functor.stabilize.clip ? quotient_version<true, T> : quotient_version<false, T>;
  version(functor, size, r, d, result);
}

template <class T>
JENNIT_VECTORISED void scaled_loop(ScaledBySign<T> functor, int64_t size, const T* __restrict w, T* __restrict result) {
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) result[i] = functor(w[i]);
}

template <bool Clip, bool Above, class T>
JENNIT_VECTORISED bool gamma_version(GammaQuotient<T> functor, int64_t size, const T* __restrict r,
                                     const T* __restrict z, const T* __restrict f, T* __restrict seed) {
  functor.stabilize.clip = Clip;
  functor.above = Above;
  int found = 0;
#pragma omp simd reduction(| : found)
  for (int64_t i = 0; i < size; ++i) {
    seed[i] = functor(r[i], z[i], f[i]);
    found |= functor.other_side(r[i], z[i]);
  }
  return found != 0;
}

/// True where relevance stands on the other side.
template <class T>
bool gamma_loop(const GammaQuotient<T>& functor, int64_t size, const T* r, const T* z, const T* f, T* seed) {
  const auto with_clip = functor.above ? gamma_version<true, true, T> : gamma_version<true, false, T>;
  const auto without = functor.above ? gamma_version<false, true, T> : gamma_version<false, false, T>;
  return (functor.stabilize.clip ? with_clip : without)(functor, size, r, z, f, seed);
}

template <bool Clip, class T>
JENNIT_VECTORISED bool alpha_beta_version(AlphaBetaQuotients<T> functor, int64_t size, const T* __restrict r,
                                          const T* __restrict z, const T* __restrict p, T* __restrict u,
                                          T* __restrict v) {
  functor.stabilize.clip = Clip;
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) u[i] = functor.positive(r[i], z[i], p[i]);
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) v[i] = functor.negative(r[i], z[i], p[i]);
  int found = 0;
#pragma omp simd reduction(| : found)
  for (int64_t i = 0; i < size; ++i) found |= functor.imprecise(r[i], z[i], p[i]);
  return found != 0;
}

/// True where a negative part is imprecise.
template <class T>
bool alpha_beta_loop(const AlphaBetaQuotients<T>& functor, int64_t size, const T* r, const T* z, const T* p, T* u,
                     T* v) {
  const auto version = functor.stabilize.clip ? alpha_beta_version<true, T> : alpha_beta_version<false, T>;
  return version(functor, size, r, z, p, u, v);
}

template <class T>
JENNIT_VECTORISED void guided_loop(int64_t size, const T* __restrict upper, const T* __restrict output,
                                   T* __restrict result) {
  const Guided<T> functor;
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) result[i] = functor(upper[i], output[i]);
}

template <class T>
JENNIT_VECTORISED bool negative_loop(int64_t size, const T* value) {
  int found = 0;
#pragma omp simd reduction(| : found)
  for (int64_t i = 0; i < size; ++i) found |= value[i] < T(0);
  return found != 0;
}

}  // namespace jennit::kernels
