#pragma once

#include <jennit/tensors.h>

namespace jennit::kernels {

// Fused elementwise operators, registered as jennit::<name>. Tensors of one call share dtype, device and shape; only
// quotient broadcasts. None is recorded by autograd: rules use them in passes that nobody differentiates. CPU has
// vectorised kernels, the profile gpu CUDA ones; any other device is served by ATen.

/// relevance / stabilized(denominator); the shapes broadcast.
Tensor quotient(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip);

/// above weight+ + below weight-
Tensor scaled_by_sign(const Tensor& weight, double above, double below);

/// Gamma's quotients on one side of zero. `output` is the layer's output z, `favoured` its output z + gamma P of the
/// favoured weight and bias, with P the positive part. Above: relevance / stabilized(z + gamma P) where z > 0; below:
/// relevance / stabilized(z + gamma (z - P)) where z < 0; zero elsewhere.
struct GammaSeed {
  Tensor seed;
  /// True where relevance stands on the other side of zero too.
  bool other_side;
};
GammaSeed gamma_seed(const Tensor& relevance, const Tensor& output, const Tensor& favoured, double gamma,
                     double epsilon, bool clip, bool above);

/// AlphaBeta's quotients, z as above, P the positive part and N = z - P: alpha relevance / stabilized(P) and
/// -beta relevance / stabilized(N).
struct AlphaBetaSeeds {
  Tensor positive, negative;
  /// False where a difference z - P has too few digits left to stand in a denominator: `negative` is then to be made
  /// of a product of its own.
  bool precise;
};
AlphaBetaSeeds alpha_beta_seeds(const Tensor& relevance, const Tensor& output, const Tensor& positive, double alpha,
                                double beta, double epsilon, bool clip);

/// `upper` where it and `output` are positive, zero elsewhere.
Tensor guided(const Tensor& upper, const Tensor& output);

/// True when a value below zero stands in `values`.
bool has_negative(const Tensor& values);

}  // namespace jennit::kernels
