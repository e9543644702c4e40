#include "recurrent_sweep.h"

#include <jennit/recurrent_kernels.h>

namespace jennit {

namespace {

/// The steps of a tensor; undefined ones where it is.
Tensors steps_of(const Tensor& sequence, int64_t steps) {
  return sequence.defined() ? sequence.unbind(0) : Tensors(steps);
}

/// With the block of the output gate, where that gets relevance, behind the others; the blocks side by side.
Tensor rows(const Tensor& blocks, const Tensor& gate, const Tensor& emitted, int64_t dim) {
  return (gate.defined() ? at::cat({blocks, (gate * emitted).unsqueeze(dim)}, dim) : blocks).flatten(dim, dim + 1);
}

/// Whether nothing stands between the relevance of a step's output and its accumulated state, and one block of rows
/// gets relevance: most layers under most rules.
bool is_plain(const RecurrentFactors& factors) {
  return !factors.mask.defined() && !factors.w_hr.defined() && !factors.emitted.defined() &&
         factors.hidden.size(2) == 1;
}

SweptRelevance sweep_at_once(const RecurrentFactors& factors, const Tensor& upper, Tensor h, Tensor c, bool has_c) {
  const auto accumulated = kernels::sweep(upper, factors.hidden, factors.carry, factors.h_before, factors.w_hh, h, c);
  const auto x = factors.x * at::matmul(factors.input.squeeze(2) * accumulated, factors.w_ih);
  return has_c ? SweptRelevance{x, h, c} : SweptRelevance{x, h + c, {}};
}

}  // namespace

SweptRelevance sweep_back(const RecurrentFactors& factors, const Tensor& upper, const Tensor& h_n, const Tensor& c_n) {
  if (is_plain(factors) && kernels::scans({upper, factors.hidden, h_n, c_n}))
    return sweep_at_once(factors, upper, h_n, c_n.defined() ? c_n : at::zeros_like(h_n), c_n.defined());
  const auto count = factors.h_before.size(0);
  const auto seeds = upper.unbind(0);
  const auto hidden = steps_of(factors.hidden, count), carry = steps_of(factors.carry, count);
  const auto h_before = steps_of(factors.h_before, count), mask = steps_of(factors.mask, count);
  const auto emitted = steps_of(factors.emitted, count), emitted_gate = steps_of(factors.emitted_gate, count);
  const auto projected = steps_of(factors.projected, count), unprojected = steps_of(factors.unprojected, count);

  Tensors of_accumulated(count), of_emitted(count);
  auto h = h_n, c = c_n;
  for (auto step = count - 1; step >= 0; --step) {
    auto emission = h + seeds[step];
    if (factors.w_hr.defined()) emission = unprojected[step] * at::matmul(emission * projected[step], factors.w_hr);
    auto accumulated = scaled(emission, emitted[step]);
    if (c.defined()) accumulated = accumulated + c;
    const auto k = rows(hidden[step] * accumulated.unsqueeze(1), emitted_gate[step], emission, 1);
    auto h_next = h_before[step] * at::matmul(k, factors.w_hh);
    auto c_next = carry[step].defined() ? carry[step] * accumulated : Tensor();
    // What comes after the end of a sample is not there.
    if (mask[step].defined()) {
      h_next = at::where(mask[step], h_next, h);
      if (c_next.defined()) c_next = at::where(mask[step], c_next, c.defined() ? c : at::zeros_like(c_next));
    }
    h = h_next;
    c = c_next;
    of_accumulated[step] = accumulated;
    of_emitted[step] = emission;
  }
  const auto emissions = factors.emitted_gate.defined() ? at::stack(of_emitted) : Tensor();
  const auto k = rows(factors.input * at::stack(of_accumulated).unsqueeze(2), factors.emitted_gate, emissions, 2);
  const auto x = factors.x * at::matmul(k, factors.w_ih);
  // The accumulated state of an LSTM is c; that of a GRU is h itself.
  if (c_n.defined()) return {x, h, c};
  return {x, c.defined() ? h + c : h, {}};
}

}  // namespace jennit
