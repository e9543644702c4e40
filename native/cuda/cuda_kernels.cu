#include <ATen/Dispatch.h>
#include <ATen/ops/zeros.h>
#include <c10/core/DeviceGuard.h>
#include <torch/library.h>

#include "elementwise.cuh"
#include "kernels/checks.h"
#include "kernels/functors.h"

// The functors of the CPU kernels, on CUDA: the tests on the CPU cover their arithmetic.

namespace jennit::kernels {

namespace {

#define JENNIT_DISPATCH(TENSOR, NAME, ...) \
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, (TENSOR).scalar_type(), NAME, __VA_ARGS__)

/// An iterator over `outputs` new tensors and the inputs.
at::TensorIterator over(int outputs, std::initializer_list<const Tensor*> inputs) {
  at::TensorIteratorConfig config;
  for (int i = 0; i < outputs; ++i) config.add_owned_output(Tensor());
  for (const auto* input : inputs) config.add_owned_const_input(*input);
  return config.build();
}

/// False, on the device of `tensor`. Kernels set it to true, all of them the same value: the order does not matter.
Tensor flag(const Tensor& tensor) { return at::zeros({}, tensor.options().dtype(at::kBool)); }

Tensor quotient_cuda(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  check_alike("quotient", {&relevance, &denominator});
  const c10::DeviceGuard device(relevance.device());
  auto iterator = over(1, {&relevance, &denominator});
  JENNIT_DISPATCH(relevance, "jennit_quotient", [&] {
    using T = scalar_t;
    using Number = at::opmath_type<T>;
    const Quotient<T> functor{Stabilize<Number>{static_cast<Number>(epsilon), clip}};
    elementwise<T, 3>(iterator, [functor] __device__(T * q, const T* r, const T* d) { *q = functor(*r, *d); });
  });
  return iterator.output();
}

Tensor scaled_by_sign_cuda(const Tensor& weight, double above, double below) {
  check_alike("scaled_by_sign", {&weight});
  const c10::DeviceGuard device(weight.device());
  auto iterator = over(1, {&weight});
  JENNIT_DISPATCH(weight, "jennit_scaled_by_sign", [&] {
    using T = scalar_t;
    using Number = at::opmath_type<T>;
    const ScaledBySign<T> functor{static_cast<Number>(above), static_cast<Number>(below)};
    elementwise<T, 2>(iterator, [functor] __device__(T * s, const T* w) { *s = functor(*w); });
  });
  return iterator.output();
}

std::tuple<Tensor, Tensor> gamma_cuda(const Tensor& relevance, const Tensor& output, const Tensor& favoured,
                                      double gamma, double epsilon, bool clip, bool above) {
  check_alike("gamma_seed", {&relevance, &output, &favoured});
  check_shapes("gamma_seed", {&relevance, &output, &favoured});
  const c10::DeviceGuard device(output.device());
  auto iterator = over(1, {&relevance, &output, &favoured});
  const auto other_side = flag(output);
  JENNIT_DISPATCH(output, "jennit_gamma_seed", [&] {
    using T = scalar_t;
    using Number = at::opmath_type<T>;
    const GammaQuotient<T> functor{Stabilize<Number>{static_cast<Number>(epsilon), clip}, static_cast<Number>(gamma),
                                   above};
    auto* found = other_side.mutable_data_ptr<bool>();
    elementwise<T, 4>(iterator, [functor, found] __device__(T * seed, const T* r, const T* z, const T* f) {
      *seed = functor(*r, *z, *f);
      if (functor.other_side(*r, *z)) *found = true;
    });
  });
  return {iterator.output(), other_side};
}

std::tuple<Tensor, Tensor, Tensor> alpha_beta_cuda(const Tensor& relevance, const Tensor& output,
                                                   const Tensor& positive, double alpha, double beta, double epsilon,
                                                   bool clip) {
  check_alike("alpha_beta_seeds", {&relevance, &output, &positive});
  check_shapes("alpha_beta_seeds", {&relevance, &output, &positive});
  const c10::DeviceGuard device(output.device());
  auto iterator = over(2, {&relevance, &output, &positive});
  const auto imprecise = flag(output);
  JENNIT_DISPATCH(output, "jennit_alpha_beta_seeds", [&] {
    using T = scalar_t;
    using Number = at::opmath_type<T>;
    const AlphaBetaQuotients<T> functor{Stabilize<Number>{static_cast<Number>(epsilon), clip},
                                        static_cast<Number>(alpha), static_cast<Number>(beta)};
    auto* found = imprecise.mutable_data_ptr<bool>();
    elementwise<T, 5>(iterator, [functor, found] __device__(T * u, T * v, const T* r, const T* z, const T* p) {
      *u = functor.positive(*r, *z, *p);
      *v = functor.negative(*r, *z, *p);
      if (functor.imprecise(*r, *z, *p)) *found = true;
    });
  });
  return {iterator.output(0), iterator.output(1), imprecise};
}

Tensor guided_cuda(const Tensor& upper, const Tensor& output) {
  check_alike("guided", {&upper, &output});
  check_shapes("guided", {&upper, &output});
  const c10::DeviceGuard device(upper.device());
  auto iterator = over(1, {&upper, &output});
  JENNIT_DISPATCH(upper, "jennit_guided", [&] {
    using T = scalar_t;
    const Guided<T> functor;
    elementwise<T, 3>(iterator, [functor] __device__(T * g, const T* u, const T* o) { *g = functor(*u, *o); });
  });
  return iterator.output();
}

Tensor has_negative_cuda(const Tensor& values) {
  check_alike("has_negative", {&values});
  const c10::DeviceGuard device(values.device());
  auto iterator = over(0, {&values});
  const auto negative = flag(values);
  JENNIT_DISPATCH(values, "jennit_has_negative", [&] {
    using T = scalar_t;
    auto* found = negative.mutable_data_ptr<bool>();
    elementwise<T, 1>(iterator, [found] __device__(const T* value) {
      if (at::opmath_type<T>(*value) < 0) *found = true;
    });
  });
  return negative;
}

}  // namespace

TORCH_LIBRARY_IMPL(jennit, CUDA, library) {
  library.impl("quotient", quotient_cuda);
  library.impl("scaled_by_sign", scaled_by_sign_cuda);
  library.impl("gamma_seed", gamma_cuda);
  library.impl("alpha_beta_seeds", alpha_beta_cuda);
  library.impl("guided", guided_cuda);
  library.impl("has_negative", has_negative_cuda);
}

}  // namespace jennit::kernels
