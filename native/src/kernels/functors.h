#pragma once

#include <ATen/OpMathType.h>
#include <c10/macros/Macros.h>

// The arithmetic of each fused kernel, once for CPU and CUDA. Values are computed in the type that ATen computes in
// (float for half and bfloat16). Both sides of a choice are computed: loops over the functors have no branch and
// vectorise.

namespace jennit::kernels {

/// The stabilizer of stabilizer.h without its scaling by a norm.
template <class Number>
struct Stabilize {
  Number epsilon;
  bool clip;

  C10_HOST_DEVICE Number operator()(Number value) const {
    const Number sign = value < 0 ? Number(-1) : Number(1);
    return sign * size(sign * value);
  }
  /// Of a value that is not negative.
  C10_HOST_DEVICE Number size(Number value) const {
    const Number raised = value < epsilon ? epsilon : value, grown = value + epsilon;
    return clip ? raised : grown;
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

/// above w+ + below w-
template <class T>
struct ScaledBySign {
  using Number = at::opmath_type<T>;
  Number above, below;

  C10_HOST_DEVICE T operator()(T weight) const {
    const Number w(weight), upper = above * w, lower = below * w;
    return static_cast<T>(w > 0 ? upper : lower);
  }
};

/// Gamma's quotient on one side of zero, given the layer's output z and its favoured output f = z + gamma P, with P the
/// positive part. The negative part is z - P, so that z + gamma (z - P) = (2 + gamma) z - f: it is asked for where
/// z < 0 alone, and no digit is lost there.
template <class T>
struct GammaQuotient {
  using Number = at::opmath_type<T>;
  Stabilize<Number> stabilize;
  Number gamma;
  bool above;

  C10_HOST_DEVICE T operator()(T relevance, T output, T favoured) const {
    const Number z(output), f(favoured);
    const Number rest = (2 + gamma) * z - f;
    const Number share = Number(relevance) / stabilize(above ? f : rest), height = above ? z : -z;
    return static_cast<T>(height > 0 ? share : Number(0));
  }
  /// Whether relevance stands on the other side.
  C10_HOST_DEVICE bool other_side(T relevance, T output) const {
    const Number z(output), depth = above ? -z : z;
    return (depth > 0) & (Number(relevance) != 0);
  }
};

/// AlphaBeta's quotients, given the layer's output z and its positive part P; the negative part is N = z - P. Nothing
/// is handed down where N is zero, so that the sign there does not matter.
template <class T>
struct AlphaBetaQuotients {
  using Number = at::opmath_type<T>;
  Stabilize<Number> stabilize;
  Number alpha, beta;

  C10_HOST_DEVICE T positive(T relevance, T, T p) const {
    return static_cast<T>(alpha * Number(relevance) / stabilize.size(Number(p)));
  }
  C10_HOST_DEVICE T negative(T relevance, T z, T p) const {
    return static_cast<T>(beta * Number(relevance) / stabilize.size(minus_n(z, p)));
  }
  /// Whether N lost more than eight bits, and relevance is divided by it.
  C10_HOST_DEVICE bool imprecise(T relevance, T z, T p) const {
    const Number n = minus_n(z, p);
    return (Number(relevance) != 0) & (n > 0) & (n * 256 < Number(p));
  }

 private:
  // -N, never below zero, whatever the rounding.
  C10_HOST_DEVICE static Number minus_n(T z, T p) {
    const Number difference = Number(p) - Number(z);
    return difference > 0 ? difference : Number(0);
  }
};

/// Guided backpropagation through a ReLU: what comes from above, where it and the output are positive.
template <class T>
struct Guided {
  C10_HOST_DEVICE T operator()(T upper, T output) const { return (upper > T(0)) & (output > T(0)) ? upper : T(0); }
};

}  // namespace jennit::kernels
