#include <ATen/Parallel.h>
#include <jennit/batched_gradients.h>
#include <jennit/recurrent_kernels.h>

namespace jennit::kernels {

namespace {

// Elements for which a second thread is worth its start.
constexpr int64_t grain = 8192;

template <class T>
void scan_cells(T* states, const T* added, const T* f, const T* first, int64_t steps, int64_t size) {
  at::parallel_for(0, size, grain, [&](int64_t begin, int64_t end) {
    const auto* before = first;
    for (int64_t step = 0; step < steps; ++step) {
      const auto offset = step * size;
      for (auto i = begin; i < end; ++i) states[offset + i] = added[offset + i] + f[offset + i] * before[i];
      before = states + offset;
    }
  });
}

/// v from the relevances that meet in a step, and what it hands on: to the product, and to c.
template <class T>
void meet(T* v, T* scaled, T* c, const T* h, const T* upper, const T* hidden, const T* carry, int64_t size) {
  for (int64_t i = 0; i < size; ++i) {
    v[i] = upper[i] + h[i] + c[i];
    scaled[i] = hidden[i] * v[i];
  }
  for (int64_t i = 0; carry && i < size; ++i) c[i] = carry[i] * v[i];
}

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
  const auto size = h.numel();
  h = h.clone(at::MemoryFormat::Contiguous);
  c = c.clone(at::MemoryFormat::Contiguous);
  auto v = at::empty_like(seeds);
  auto scaled = at::empty_like(h), product = at::empty_like(h);
  AT_DISPATCH_FLOATING_TYPES(v.scalar_type(), "sweep", [&] {
    auto *of_h = h.mutable_data_ptr<scalar_t>(), *of_c = c.mutable_data_ptr<scalar_t>();
    const auto* products = product.const_data_ptr<scalar_t>();
    for (auto step = v.size(0) - 1; step >= 0; --step) {
      const auto at_step = [&](const Tensor& tensor) { return tensor.const_data_ptr<scalar_t>() + step * size; };
      meet(v.mutable_data_ptr<scalar_t>() + step * size, scaled.mutable_data_ptr<scalar_t>(), of_c, of_h,
           at_step(seeds), at_step(factors), carries.defined() ? at_step(carries) : nullptr, size);
      at::mm_out(product, scaled, w);
      const auto* states_before = at_step(states);
      for (int64_t i = 0; i < size; ++i) of_h[i] = states_before[i] * products[i];
    }
  });
  return v;
}

}  // namespace jennit::kernels
