#include "recurrent_factors.h"

#include <jennit/recurrent_kernels.h>

namespace jennit {

namespace {

/// Works on the steps of all samples as one matrix: (steps * samples, features).
class Factors {
 public:
  Factors(const RecurrentSweep& sweep, GateRule gates, const Stabilizer& stabilize)
      : sweep_(sweep),
        gates_(gates),
        stabilize_(stabilize),
        steps_(sweep.h.size(0)),
        samples_(sweep.h.size(1)),
        h_before_(before(sweep.h_0, sweep.h)) {}

  RecurrentFactors rnn() const {
    auto result = start(sweep_.w_ih, sweep_.w_hh);
    result.hidden = result.input = blocks({stabilize_(preactivations(sweep_.w_ih.size(0))).reciprocal()});
    return result;
  }

  RecurrentFactors lstm() const {
    const bool all = gates_ == GateRule::all;
    const auto size = sweep_.w_ih.size(0) / 4;
    // Nobody asks for the output gate where its signal takes all.
    const bool whole = !all || sweep_.w_hr.defined();
    const auto rows = preactivations(whole ? 4 * size : 3 * size).split(size, 1);
    const auto i = rows[0].sigmoid(), f = rows[1].sigmoid(), g = rows[2].tanh();
    const auto states = cell_states(i * g, f);
    const auto c = flat(states), c_before = flat(before(sweep_.c_0, states));

    const auto sum = stabilize_(c);
    const auto added = i * g / sum, kept = f * c_before / sum;
    const auto of_added = shares(i, g), of_kept = shares(f, c_before);
    const auto to_candidate = scaled(added, of_added.signal) / stabilize_(rows[2]);

    auto result = all ? start(block(sweep_.w_ih, 2, 4), block(sweep_.w_hh, 2, 4)) : start(sweep_.w_ih, sweep_.w_hh);
    result.carry = over_time(scaled(kept, of_kept.signal));
    result.hidden = all ? blocks({to_candidate})
                        : blocks({added * of_added.gate / stabilize_(rows[0]),
                                  kept * of_kept.gate / stabilize_(rows[1]), to_candidate});
    result.input = result.hidden;
    if (!whole) return result;
    const auto o = rows[3].sigmoid(), t = c.tanh();
    if (!all) {
      const auto of_emitted = shares(o, t);
      result.emitted = over_time(of_emitted.signal.expand_as(o));
      result.emitted_gate = over_time(of_emitted.gate / stabilize_(rows[3]));
    }
    if (sweep_.w_hr.defined()) {
      result.projected = over_time(stabilize_(flat(sweep_.h)).reciprocal());
      result.unprojected = over_time(o * t);
      result.w_hr = sweep_.w_hr;
    }
    return result;
  }

  RecurrentFactors gru() const {
    const bool all = gates_ == GateRule::all;
    const auto size = sweep_.w_ih.size(0) / 3;
    const auto from_x = at::linear(flat(sweep_.x), sweep_.w_ih, sweep_.b_ih).split(size, 1);
    const auto h_before = flat(h_before_);
    const auto from_h = at::linear(h_before, sweep_.w_hh, sweep_.b_hh).split(size, 1);
    const auto reset = from_x[0] + from_h[0], update = from_x[1] + from_h[1];
    const auto r = reset.sigmoid(), z = update.sigmoid(), renewing = 1 - z;
    const auto candidate = from_x[2] + r * from_h[2];
    const auto n = candidate.tanh();

    const auto sum = stabilize_(flat(sweep_.h));
    const auto renewed = renewing * n / sum, kept = z * h_before / sum;
    const auto of_renewed = shares(renewing, n), of_kept = shares(z, h_before), of_reset = shares(r, from_h[2]);
    const auto to_candidate = scaled(renewed, of_renewed.signal) / stabilize_(candidate);
    const auto through_reset = scaled(to_candidate * r, of_reset.signal);

    auto result = all ? start(block(sweep_.w_ih, 2, 3), block(sweep_.w_hh, 2, 3)) : start(sweep_.w_ih, sweep_.w_hh);
    result.carry = over_time(scaled(kept, of_kept.signal));
    if (all) {
      result.hidden = blocks({through_reset});
      result.input = blocks({to_candidate});
      return result;
    }
    const auto to_reset = to_candidate * r * from_h[2] * of_reset.gate / stabilize_(reset);
    const auto to_update = (kept * of_kept.gate + renewed * of_renewed.gate) / stabilize_(update);
    result.hidden = blocks({to_reset, to_update, through_reset});
    result.input = blocks({to_reset, to_update, to_candidate});
    return result;
  }

 private:
  static Tensor flat(const Tensor& sequence) { return sequence.flatten(0, 1); }
  static Tensor before(const Tensor& first, const Tensor& states) {
    return at::cat({first.unsqueeze(0), states.slice(0, 0, states.size(0) - 1)});
  }
  static Tensor block(const Tensor& weight, int64_t index, int64_t count) { return weight.chunk(count)[index]; }

  Tensor over_time(const Tensor& matrix) const { return matrix.view({steps_, samples_, -1}); }
  Tensor blocks(const Tensors& matrices) const {
    return at::stack(matrices, 1).view({steps_, samples_, static_cast<int64_t>(matrices.size()), -1});
  }

  RecurrentFactors start(const Tensor& w_ih, const Tensor& w_hh) const {
    RecurrentFactors factors;
    factors.x = sweep_.x;
    factors.h_before = h_before_;
    factors.mask = sweep_.mask;
    factors.w_ih = w_ih;
    factors.w_hh = w_hh;
    return factors;
  }

  GateShares shares(const Tensor& gate, const Tensor& signal) const {
    return gate_shares(gates_, gate, signal, stabilize_);
  }

  /// Of the first `rows` of the weights: those of all steps in two products.
  Tensor preactivations(int64_t rows) const {
    const auto first = [&](const Tensor& tensor) { return tensor.defined() ? tensor.slice(0, 0, rows) : tensor; };
    return at::linear(flat(sweep_.x), first(sweep_.w_ih), first(sweep_.b_ih)) +
           at::linear(flat(h_before_), first(sweep_.w_hh), first(sweep_.b_hh));
  }

  Tensor cell_states(const Tensor& added, const Tensor& f) const {
    if (kernels::scans({added, f}))
      return over_time(kernels::cell_states(added.view({steps_, -1}), f.view({steps_, -1}), sweep_.c_0.flatten()));
    const auto additions = over_time(added).unbind(0), factors = over_time(f).unbind(0);
    Tensors states;
    auto c = sweep_.c_0;
    for (int64_t step = 0; step < steps_; ++step) states.push_back(c = at::addcmul(additions[step], factors[step], c));
    return at::stack(states);
  }

  const RecurrentSweep& sweep_;
  GateRule gates_;
  const Stabilizer& stabilize_;
  int64_t steps_, samples_;
  Tensor h_before_;
};

}  // namespace

RecurrentFactors recurrent_factors(Recurrence recurrence, const RecurrentSweep& sweep, GateRule gates,
                                   const Stabilizer& stabilize) {
  const Factors factors(sweep, gates, stabilize);
  switch (recurrence) {
    case Recurrence::lstm:
      return factors.lstm();
    case Recurrence::gru:
      return factors.gru();
    default:
      return factors.rnn();
  }
}

}  // namespace jennit
