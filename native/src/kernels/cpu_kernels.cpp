#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/native/cpu/Loops.h>
#include <jennit/kernels.h>
#include <torch/library.h>

#include <atomic>

#include "checks.h"
#include "cpu_loops.h"

// The operators on CPU: the loops of cpu_loops.h in parallel.

namespace jennit::kernels {

namespace {

constexpr int64_t grain = 1 << 15;

#define JENNIT_DISPATCH(TENSOR, NAME, ...) \
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, (TENSOR).scalar_type(), NAME, __VA_ARGS__)

/// Whether two tensors of these sizes lie in the same order. The stride of a dimension of one says nothing.
bool are_alike(at::IntArrayRef sizes, at::IntArrayRef strides, at::IntArrayRef others) {
  for (size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] != 1 && strides[i] != others[i]) return false;
  return true;
}

/// `tensor` laid out as `model`, so that one flat loop runs over both.
Tensor aligned(const Tensor& tensor, const Tensor& model) {
  if (are_alike(tensor.sizes(), tensor.strides(), model.strides())) return tensor;
  return at::empty_like(model).copy_(tensor);
}

/// A tensor without gaps, in its own layout.
Tensor dense(const Tensor& tensor) { return tensor.is_non_overlapping_and_dense() ? tensor : tensor.contiguous(); }

/// The same, laid out as `model` where it has gaps, as one that is repeated for several targets has.
Tensor dense(const Tensor& tensor, const Tensor& model) {
  if (tensor.is_non_overlapping_and_dense() || !model.is_non_overlapping_and_dense()) return dense(tensor);
  return aligned(tensor, model);
}

/// One of two tensors that are made once: to make one takes as long as a small kernel.
Tensor flag(bool value) {
  static const auto* no = new Tensor(at::scalar_tensor(false, at::kBool));
  static const auto* yes = new Tensor(at::scalar_tensor(true, at::kBool));
  return value ? *yes : *no;
}

/// Runs body(begin, end), which answers whether it found what it looks for, over parts of [0, size).
template <class Body>
bool any_part(int64_t size, const Body& body) {
  std::atomic<bool> found{false};
  at::parallel_for(0, size, grain, [&](int64_t begin, int64_t end) {
    if (body(begin, end)) found.store(true, std::memory_order_relaxed);
  });
  return found;
}

template <class T>
Stabilize<at::opmath_type<T>> stabilizer_of(double epsilon, bool clip) {
  return {static_cast<at::opmath_type<T>>(epsilon), clip};
}

Tensor quotient_broadcast(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  Tensor result;
  auto iterator = at::TensorIterator::borrowing_binary_op(result, relevance, denominator);
  JENNIT_DISPATCH(relevance, "jennit_quotient", [&] {
    const Quotient<scalar_t> functor{stabilizer_of<scalar_t>(epsilon, clip)};
    at::native::cpu_kernel(iterator, [functor](scalar_t r, scalar_t d) -> scalar_t { return functor(r, d); });
  });
  return iterator.output();
}

/// True where the denominator is the same for each of a batch of relevances, which follow each other without gaps in
/// its own order of memory.
bool repeats_denominator(const Tensor& relevance, const Tensor& denominator) {
  const auto batch = relevance.dim() - denominator.dim();
  if (batch < 1 || denominator.numel() == 0 || relevance.sizes().slice(batch) != denominator.sizes()) return false;
  if (relevance.is_contiguous() && denominator.is_contiguous()) return true;
  return batch == 1 && relevance.stride(0) == denominator.numel() &&
         are_alike(denominator.sizes(), relevance.strides().slice(1), denominator.strides()) &&
         denominator.is_non_overlapping_and_dense();
}

Tensor quotient_cpu(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  check_alike("quotient", {&relevance, &denominator});
  const bool repeats = repeats_denominator(relevance, denominator);
  // A denominator that broadcasts otherwise belongs to small layers: ATen's loop does.
  if (!repeats && relevance.sizes() != denominator.sizes())
    return quotient_broadcast(relevance, denominator, epsilon, clip);
  const auto d_values = dense(denominator), r_values = repeats ? relevance : aligned(relevance, d_values);
  const auto result = at::empty_like(r_values);
  JENNIT_DISPATCH(relevance, "jennit_quotient", [&] {
    const Quotient<scalar_t> functor{stabilizer_of<scalar_t>(epsilon, clip)};
    const auto *r = r_values.const_data_ptr<scalar_t>(), *d = d_values.const_data_ptr<scalar_t>();
    auto* quotient = result.data_ptr<scalar_t>();
    const auto size = d_values.numel();
    for (int64_t from = 0; from < r_values.numel(); from += size)
      at::parallel_for(0, size, grain, [=](int64_t begin, int64_t end) {
        quotient_loop(functor, end - begin, r + from + begin, d + begin, quotient + from + begin);
      });
  });
  return result;
}

Tensor scaled_by_sign_cpu(const Tensor& weight, double above, double below) {
  check_alike("scaled_by_sign", {&weight});
  const auto values = dense(weight);
  const auto result = at::empty_like(values);
  JENNIT_DISPATCH(values, "jennit_scaled_by_sign", [&] {
    using Number = at::opmath_type<scalar_t>;
    const ScaledBySign<scalar_t> functor{static_cast<Number>(above), static_cast<Number>(below)};
    const auto* w = values.const_data_ptr<scalar_t>();
    auto* scaled = result.data_ptr<scalar_t>();
    at::parallel_for(0, values.numel(), grain,
                     [=](int64_t begin, int64_t end) { scaled_loop(functor, end - begin, w + begin, scaled + begin); });
  });
  return result;
}

std::tuple<Tensor, Tensor> gamma_cpu(const Tensor& relevance, const Tensor& output, const Tensor& favoured,
                                     double gamma, double epsilon, bool clip, bool above) {
  check_alike("gamma_seed", {&relevance, &output, &favoured});
  check_shapes("gamma_seed", {&relevance, &output, &favoured});
  const auto z_values = dense(output, relevance), r_values = aligned(relevance, z_values),
             f_values = aligned(favoured, z_values);
  const auto result = at::empty_like(z_values);
  bool other_side = false;
  JENNIT_DISPATCH(output, "jennit_gamma_seed", [&] {
    using Number = at::opmath_type<scalar_t>;
    const GammaQuotient<scalar_t> functor{stabilizer_of<scalar_t>(epsilon, clip), static_cast<Number>(gamma), above};
    const auto *r = r_values.const_data_ptr<scalar_t>(), *z = z_values.const_data_ptr<scalar_t>(),
               *f = f_values.const_data_ptr<scalar_t>();
    auto* seed = result.data_ptr<scalar_t>();
    other_side = any_part(z_values.numel(), [=](int64_t begin, int64_t end) {
      return gamma_loop(functor, end - begin, r + begin, z + begin, f + begin, seed + begin);
    });
  });
  return {result, flag(other_side)};
}

std::tuple<Tensor, Tensor, Tensor> alpha_beta_cpu(const Tensor& relevance, const Tensor& output, const Tensor& positive,
                                                  double alpha, double beta, double epsilon, bool clip) {
  check_alike("alpha_beta_seeds", {&relevance, &output, &positive});
  check_shapes("alpha_beta_seeds", {&relevance, &output, &positive});
  const auto z_values = dense(output, relevance), r_values = aligned(relevance, z_values),
             p_values = aligned(positive, z_values);
  const auto above = at::empty_like(z_values), below = at::empty_like(z_values);
  bool imprecise = false;
  JENNIT_DISPATCH(output, "jennit_alpha_beta_seeds", [&] {
    using Number = at::opmath_type<scalar_t>;
    const AlphaBetaQuotients<scalar_t> functor{stabilizer_of<scalar_t>(epsilon, clip), static_cast<Number>(alpha),
                                               static_cast<Number>(beta)};
    const auto *r = r_values.const_data_ptr<scalar_t>(), *z = z_values.const_data_ptr<scalar_t>(),
               *p = p_values.const_data_ptr<scalar_t>();
    auto *u = above.data_ptr<scalar_t>(), *v = below.data_ptr<scalar_t>();
    imprecise = any_part(z_values.numel(), [=](int64_t begin, int64_t end) {
      return alpha_beta_loop(functor, end - begin, r + begin, z + begin, p + begin, u + begin, v + begin);
    });
  });
  return {above, below, flag(imprecise)};
}

Tensor guided_cpu(const Tensor& upper, const Tensor& output) {
  check_alike("guided", {&upper, &output});
  check_shapes("guided", {&upper, &output});
  const auto o_values = dense(output, upper), u_values = aligned(upper, o_values);
  const auto result = at::empty_like(o_values);
  JENNIT_DISPATCH(upper, "jennit_guided", [&] {
    const auto *u = u_values.const_data_ptr<scalar_t>(), *o = o_values.const_data_ptr<scalar_t>();
    auto* guided = result.data_ptr<scalar_t>();
    at::parallel_for(0, o_values.numel(), grain, [=](int64_t begin, int64_t end) {
      guided_loop(end - begin, u + begin, o + begin, guided + begin);
    });
  });
  return result;
}

Tensor has_negative_cpu(const Tensor& values) {
  check_alike("has_negative", {&values});
  const auto all = dense(values);
  bool negative = false;
  JENNIT_DISPATCH(all, "jennit_has_negative", [&] {
    const auto* value = all.const_data_ptr<scalar_t>();
    negative = any_part(all.numel(), [=](int64_t begin, int64_t end) {
      // In blocks: long enough to vectorise, short enough to stop early.
      for (auto block = begin; block < end; block += 4096)
        if (negative_loop(std::min<int64_t>(4096, end - block), value + block)) return true;
      return false;
    });
  });
  return flag(negative);
}

}  // namespace

TORCH_LIBRARY_IMPL(jennit, CPU, library) {
  library.impl("quotient", quotient_cpu);
  library.impl("scaled_by_sign", scaled_by_sign_cpu);
  library.impl("gamma_seed", gamma_cpu);
  library.impl("alpha_beta_seeds", alpha_beta_cpu);
  library.impl("guided", guided_cpu);
  library.impl("has_negative", has_negative_cpu);
}

}  // namespace jennit::kernels
