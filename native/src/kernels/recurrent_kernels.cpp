#include <ATen/Parallel.h>
#include <jennit/batched_gradients.h>
#include <jennit/recurrent_kernels.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cpu_loops.h"

namespace jennit::kernels {

namespace {

// Elements for which a second thread is worth its start.
constexpr int64_t cells_grain = 8192;

template <class T>
void scan_cells(T* states, const T* added, const T* f, const T* first, int64_t steps, int64_t size) {
  at::parallel_for(0, size, cells_grain, [&](int64_t begin, int64_t end) {
    const auto* before = first;
    for (int64_t step = 0; step < steps; ++step) {
      const auto offset = step * size;
      for (auto i = begin; i < end; ++i) states[offset + i] = added[offset + i] + f[offset + i] * before[i];
      before = states + offset;
    }
  });
}

/// Zero for what is so small that processors need many times as long for it. A relevance that fades over the steps
/// would stay there: a factor above a half rounds the least of such numbers to itself.
template <class T>
T flushed(T value) {
  return std::abs(value) < std::numeric_limits<T>::min() ? T(0) : value;
}

/// Operations of one product that threads of a matrix library need longer to share than one needs to do.
constexpr int64_t small_product_size = int64_t{1} << 21;

/// out = a w, for few rows: (rows, n) and (n, n).
template <class T>
JENNIT_VECTORISED void small_product(const T* __restrict a, const T* __restrict w, T* __restrict out, int64_t rows,
                                     int64_t n) {
  constexpr int64_t tall = 4, wide = 32;
  for (int64_t r = 0; r < rows; r += tall) {
    const auto height = std::min(tall, rows - r);
    for (int64_t j = 0; j < n; j += wide) {
      const auto width = std::min(wide, n - j);
      T sums[tall][wide] = {};
      if (height == tall && width == wide) {
        for (int64_t k = 0; k < n; ++k)
          for (int64_t q = 0; q < tall; ++q)
#pragma omp simd
            for (int64_t i = 0; i < wide; ++i) sums[q][i] += a[(r + q) * n + k] * w[k * n + j + i];
      } else {
        for (int64_t k = 0; k < n; ++k)
          for (int64_t q = 0; q < height; ++q)
#pragma omp simd
            for (int64_t i = 0; i < width; ++i) sums[q][i] += a[(r + q) * n + k] * w[k * n + j + i];
      }
      for (int64_t q = 0; q < height; ++q) std::copy_n(sums[q], width, out + (r + q) * n + j);
    }
  }
}

/// The steps of `sweep` below, of any range of the elements of all samples.
template <class T>
struct Sweep {
  const T *upper, *hidden, *carry, *before;
  T *v, *scaled, *product, *h, *c;
  int64_t size;

  /// v from the relevances that meet in a step, and what it hands on: to the product, and to c.
  void meet(int64_t step, int64_t begin, int64_t end) const {
    const auto *seeds = upper + step * size, *factors = hidden + step * size;
    auto* result = v + step * size;
    for (auto i = begin; i < end; ++i) {
      result[i] = flushed(seeds[i] + h[i] + c[i]);
      scaled[i] = flushed(factors[i] * result[i]);
    }
    if (!carry) return;
    const auto* carries = carry + step * size;
    for (auto i = begin; i < end; ++i) c[i] = carries[i] * result[i];
  }

  /// h of the step before.
  void part(int64_t step, int64_t begin, int64_t end) const {
    const auto* states = before + step * size;
    for (auto i = begin; i < end; ++i) h[i] = states[i] * product[i];
  }
};

}  // namespace

bool scans(std::initializer_list<Tensor> tensors) {
  if (at::GradMode::is_enabled()) return false;
  for (const auto& tensor : tensors) {
    if (!tensor.defined()) continue;
    if (!whole_batch(tensor).is_same(tensor) || !tensor.is_cpu()) return false;
    if (tensor.scalar_type() != at::kFloat && tensor.scalar_type() != at::kDouble) return false;
  }
  return true;
}

Tensor cell_states(const Tensor& added, const Tensor& f, const Tensor& first) {
  const auto a = added.contiguous(), b = f.contiguous(), c = first.contiguous();
  auto states = at::empty_like(a);
  AT_DISPATCH_FLOATING_TYPES(a.scalar_type(), "cell_states", [&] {
    scan_cells(states.mutable_data_ptr<scalar_t>(), a.const_data_ptr<scalar_t>(), b.const_data_ptr<scalar_t>(),
               c.const_data_ptr<scalar_t>(), a.size(0), c.numel());
  });
  return states;
}

Tensor sweep(const Tensor& upper, const Tensor& hidden, const Tensor& carry, const Tensor& before, const Tensor& w,
             Tensor& h, Tensor& c) {
  const auto seeds = upper.contiguous(), factors = hidden.contiguous(), states = before.contiguous();
  const auto carries = carry.defined() ? carry.contiguous() : carry;
  const auto weight = w.contiguous();
  const auto steps = seeds.size(0), samples = seeds.size(1), features = weight.size(0);
  h = h.clone(at::MemoryFormat::Contiguous);
  c = c.clone(at::MemoryFormat::Contiguous);
  auto v = at::empty_like(seeds);
  auto scaled = at::empty_like(h), product = at::empty_like(h);
  AT_DISPATCH_FLOATING_TYPES(v.scalar_type(), "sweep", [&] {
    const Sweep<scalar_t> sweep = {seeds.const_data_ptr<scalar_t>(),
                                   factors.const_data_ptr<scalar_t>(),
                                   carries.defined() ? carries.const_data_ptr<scalar_t>() : nullptr,
                                   states.const_data_ptr<scalar_t>(),
                                   v.mutable_data_ptr<scalar_t>(),
                                   scaled.mutable_data_ptr<scalar_t>(),
                                   product.mutable_data_ptr<scalar_t>(),
                                   h.mutable_data_ptr<scalar_t>(),
                                   c.mutable_data_ptr<scalar_t>(),
                                   samples * features};
    const auto* weights = weight.const_data_ptr<scalar_t>();
    const auto work = features * features;
    if (samples * work > small_product_size) {
      for (auto step = steps - 1; step >= 0; --step) {
        sweep.meet(step, 0, samples * features);
        at::mm_out(product, scaled, weight);
        sweep.part(step, 0, samples * features);
      }
      return;
    }
    // Samples do not meet: each thread takes some of them through all steps.
    at::parallel_for(0, samples, std::max<int64_t>(1, small_product_size / (steps * work)),
                     [&](int64_t first, int64_t last) {
                       const auto begin = first * features, end = last * features;
                       for (auto step = steps - 1; step >= 0; --step) {
                         sweep.meet(step, begin, end);
                         small_product(sweep.scaled + begin, weights, sweep.product + begin, last - first, features);
                         sweep.part(step, begin, end);
                       }
                     });
  });
  return v;
}

}  // namespace jennit::kernels
