#include <ATen/Dispatch.h>
#include <ATen/native/cpu/Loops.h>
#include <jennit/kernels.h>
#include <torch/library.h>

#include "functors.h"
#include "seeds.h"

// The functors over ATen's parallel loops; the compiler vectorises them where the tensors are contiguous.

namespace jennit::kernels {

namespace {

Tensor quotient_cpu(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  check_alike("quotient", {&relevance, &denominator});
  Tensor result;
  auto iterator = at::TensorIterator::borrowing_binary_op(result, relevance, denominator);
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, iterator.dtype(), "jennit_quotient", [&] {
    using Number = at::opmath_type<scalar_t>;
    const Quotient<scalar_t> functor{Stabilize<Number>{static_cast<Number>(epsilon), clip}};
    at::native::cpu_kernel(iterator, [functor](scalar_t r, scalar_t d) -> scalar_t { return functor(r, d); });
  });
  return iterator.output();
}

template <class scalar_t, class Functor>
void fill(at::TensorIterator& iterator, const Functor& functor) {
  at::native::cpu_kernel_multiple_outputs(
      iterator, [functor](scalar_t r, scalar_t z, scalar_t p) -> std::tuple<scalar_t, scalar_t> {
        return {functor.positive(r, z, p), functor.negative(r, z, p)};
      });
}

Tensor alpha_beta_cpu(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel,
                      double alpha, double beta, double epsilon, bool clip) {
  auto [result, iterator] = iterate_seeds("alpha_beta_seeds", relevance, output, positive, channel);
  auto& iteration = iterator;
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, output.scalar_type(), "jennit_alpha_beta_seeds", [&] {
    using Number = at::opmath_type<scalar_t>;
    fill<scalar_t>(iteration, AlphaBetaSeeds<scalar_t>{Stabilize<Number>{static_cast<Number>(epsilon), clip},
                                                       static_cast<Number>(alpha), static_cast<Number>(beta)});
  });
  return result;
}

Tensor gamma_cpu(const Tensor& relevance, const Tensor& output, const Tensor& positive, int64_t channel, double gamma,
                 double epsilon, bool clip) {
  auto [result, iterator] = iterate_seeds("gamma_seeds", relevance, output, positive, channel);
  auto& iteration = iterator;
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, output.scalar_type(), "jennit_gamma_seeds", [&] {
    using Number = at::opmath_type<scalar_t>;
    fill<scalar_t>(iteration, GammaSeeds<scalar_t>{Stabilize<Number>{static_cast<Number>(epsilon), clip},
                                                   static_cast<Number>(gamma)});
  });
  return result;
}

Tensor guided_cpu(const Tensor& upper, const Tensor& output) {
  check_alike("guided", {&upper, &output});
  check_shapes("guided", {&upper, &output});
  Tensor result;
  auto iterator = at::TensorIterator::borrowing_binary_op(result, upper, output);
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, iterator.dtype(), "jennit_guided", [&] {
    const Guided<scalar_t> functor;
    at::native::cpu_kernel(iterator, [functor](scalar_t u, scalar_t o) -> scalar_t { return functor(u, o); });
  });
  return iterator.output();
}

}  // namespace

TORCH_LIBRARY_IMPL(jennit, CPU, library) {
  library.impl("quotient", quotient_cpu);
  library.impl("alpha_beta_seeds", alpha_beta_cpu);
  library.impl("gamma_seeds", gamma_cpu);
  library.impl("guided", guided_cpu);
}

}  // namespace jennit::kernels
