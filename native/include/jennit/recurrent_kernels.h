#pragma once

#include <jennit/tensors.h>

namespace jennit::kernels {

// Scans over the steps of a recurrent layer, for passes that nobody differentiates: on the CPU each is one loop over
// memory, where ATen needs several operations a step.

/// Whether the scans below take these tensors now: floats or doubles on the CPU, none of them one of a batch, and
/// nothing is recorded.
bool scans(std::initializer_list<Tensor> tensors);

/// c_t = added_t + f_t c_(t-1) for all steps. `added`, `f`: (steps, n); `first`, c before the first step: (n).
Tensor cell_states(const Tensor& added, const Tensor& f, const Tensor& first);

/// Backwards over the steps, the last first: v_t = upper_t + h_t + c_t, h_(t-1) = before_t (hidden_t v_t) w and
/// c_(t-1) = carry_t v_t. All but w: (steps, samples, features); w: (features, features). `h` and `c`, (samples,
/// features), are those of the last step, and replaced by those before the first; without `carry`, undefined, c stays.
/// Gives v.
Tensor sweep(const Tensor& upper, const Tensor& hidden, const Tensor& carry, const Tensor& before, const Tensor& w,
             Tensor& h, Tensor& c);

}  // namespace jennit::kernels
