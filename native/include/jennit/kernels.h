#pragma once

#include <jennit/tensors.h>

namespace jennit::kernels {

// Fused elementwise operators, registered as jennit::<name>. Tensors of one call share dtype and device; shapes
// broadcast where it says so, or must be equal. None is recorded by autograd: rules use them in passes that nobody
// differentiates. CPU has vectorised kernels, the profile gpu CUDA ones; any other device is served by ATen.

/// relevance / stabilized(denominator); the shapes broadcast.
Tensor quotient(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip);

/// Seeds of the transposed product with stacked weights [w+; w-]: for the positive weights first, for the negative ones
/// second, stacked over `channel`. `output` is the layer's output, `positive` its positive part with the positive bias.
Tensor alpha_beta_seeds(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel,
                        double alpha, double beta, double epsilon, bool clip);
Tensor gamma_seeds(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel, double gamma,
                   double epsilon, bool clip);

/// `upper` where it and `output` are positive, zero elsewhere; equal shapes.
Tensor guided(const Tensor& upper, const Tensor& output);

}  // namespace jennit::kernels
