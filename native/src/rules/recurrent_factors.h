#pragma once

#include <jennit/recurrent.h>

#include "gate_rule.h"

namespace jennit {

/// One layer of a recurrent stack in one direction, in one call. Time comes first and runs as the layer reads.
/// The accumulated state, below, is c_t of an LSTM and h_t of the others.
struct RecurrentSweep {
  Tensor x;                             ///< (steps, samples, input features)
  Tensor h;                             ///< (steps, samples, hidden features), after each step
  Tensor h_0, c_0;                      ///< (samples, features); c_0 of an LSTM alone
  Tensor w_ih, w_hh, b_ih, b_hh, w_hr;  ///< undefined where the layer has none
  Tensor mask;                          ///< (steps, samples, 1), false after the end of a sample; undefined: no ends
};

/// What relevance is multiplied with on its way through such a layer: all that does not depend on it, for all steps at
/// once. An undefined factor is one, unless it says otherwise.
struct RecurrentFactors {
  Tensor x, h_before, mask;
  /// The rows of the weights that get relevance.
  Tensor w_ih, w_hh;
  /// From the accumulated state to the pre-activations of those rows, (steps, samples, blocks, hidden): for the product
  /// with w_hh, and for that with w_ih.
  Tensor hidden, input;
  /// From the accumulated state to that of the step before, directly; undefined: zero.
  Tensor carry;
  /// Of an LSTM's o_t tanh(c_t): to c_t, and to the pre-activation of o_t, whose rows come last (undefined: zero).
  Tensor emitted, emitted_gate;
  /// Of an LSTM's projection: the reciprocal of its stabilized output, its input, its weight; undefined: there is none.
  Tensor projected, unprojected, w_hr;

  static constexpr Tensor RecurrentFactors::* fields[] = {&RecurrentFactors::x,         &RecurrentFactors::h_before,
                                                          &RecurrentFactors::mask,      &RecurrentFactors::w_ih,
                                                          &RecurrentFactors::w_hh,      &RecurrentFactors::hidden,
                                                          &RecurrentFactors::input,     &RecurrentFactors::carry,
                                                          &RecurrentFactors::emitted,   &RecurrentFactors::emitted_gate,
                                                          &RecurrentFactors::projected, &RecurrentFactors::unprojected,
                                                          &RecurrentFactors::w_hr};
};

/// `value` times a factor, which may be undefined.
inline Tensor scaled(const Tensor& value, const Tensor& factor) { return factor.defined() ? value * factor : value; }

/// The factors of the epsilon rule in a layer of this recurrence (Arras et al. 2017), from LibTorch's own formulas.
/// Made of recorded operations.
RecurrentFactors recurrent_factors(Recurrence recurrence, const RecurrentSweep& sweep, GateRule gates,
                                   const Stabilizer& stabilize);

}  // namespace jennit
