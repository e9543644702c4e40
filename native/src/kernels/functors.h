#pragma once

#include <ATen/OpMathType.h>
#include <c10/macros/Macros.h>

// The arithmetic of each fused kernel, once for CPU and CUDA. Values are computed in the type that ATen computes in
// (float for half and bfloat16).

namespace jennit::kernels {

/// The stabilizer of stabilizer.h without its scaling by a norm.
template <class Number>
struct Stabilize {
  Number epsilon;
  bool clip;

  C10_HOST_DEVICE Number operator()(Number value) const {
    const Number sign = value < 0 ? Number(-1) : Number(1);
    if (!clip) return value + sign * epsilon;
    const Number size = sign * value;
    return sign * (size < epsilon ? epsilon : size);
  }
};

/// relevance / stabilized(denominator)
template <class T>
struct Quotient {
  using Number = at::opmath_type<T>;
  Stabilize<Number> stabilize;

  C10_HOST_DEVICE T operator()(T relevance, T denominator) const {
    return static_cast<T>(Number(relevance) / stabilize(Number(denominator)));
  }
};

// Given the layer's output z and its positive part P, both with their share of the bias, the negative part is what is
// left, never above zero.
template <class Number>
C10_HOST_DEVICE Number negative_part(Number z, Number positive) {
  const Number rest = z - positive;
  return rest < 0 ? rest : Number(0);
}

/// AlphaBeta's seeds: alpha R / stabilized(P) for the positive weights, -beta R / stabilized(N) for the negative ones.
template <class T>
struct AlphaBetaSeeds {
  using Number = at::opmath_type<T>;
  Stabilize<Number> stabilize;
  Number alpha, beta;

  C10_HOST_DEVICE T positive(T relevance, T, T p) const {
    return static_cast<T>(alpha * Number(relevance) / stabilize(Number(p)));
  }
  C10_HOST_DEVICE T negative(T relevance, T z, T p) const {
    return static_cast<T>(-beta * Number(relevance) / stabilize(negative_part(Number(z), Number(p))));
  }
};

/// Gamma's seeds: with a = R / stabilized(z + gamma P) where z > 0 and b = R / stabilized(z + gamma N) where z < 0,
/// (1 + gamma) a + b for the positive weights and a + (1 + gamma) b for the negative ones.
template <class T>
struct GammaSeeds {
  using Number = at::opmath_type<T>;
  Stabilize<Number> stabilize;
  Number gamma;

  C10_HOST_DEVICE T positive(T relevance, T z, T p) const { return seed(relevance, z, p, z > T(0)); }
  C10_HOST_DEVICE T negative(T relevance, T z, T p) const { return seed(relevance, z, p, z < T(0)); }

 private:
  C10_HOST_DEVICE T seed(T relevance, T output, T positive, bool favoured) const {
    const Number z(output), p(positive);
    if (z == 0) return T(0);
    const Number part = z > 0 ? p : negative_part(z, p);
    const Number share = Number(relevance) / stabilize(z + gamma * part);
    return static_cast<T>(favoured ? (1 + gamma) * share : share);
  }
};

/// Guided backpropagation through a ReLU: what comes from above, where it and the output are positive.
template <class T>
struct Guided {
  C10_HOST_DEVICE T operator()(T upper, T output) const { return upper > T(0) && output > T(0) ? upper : T(0); }
};

}  // namespace jennit::kernels
