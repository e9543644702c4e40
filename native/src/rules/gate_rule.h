#pragma once

#include "stabilizer.h"

namespace jennit {

/// How the relevance of a product is shared between a gate and the signal that it weighs (Arras et al. 2019,
/// "Explaining and interpreting LSTMs", section 2.3): all of it to the signal; in proportion to the two factors, or to
/// their magnitudes; or one half each.
enum class GateRule { all, prop, abs, half };

/// Reads the option `gates`.
GateRule read_gate_rule(const Options& options);

/// The shares of the two factors; undefined where the signal takes all.
struct GateShares {
  Tensor gate, signal;
};
GateShares gate_shares(GateRule rule, const Tensor& gate, const Tensor& signal, const Stabilizer& stabilize);

}  // namespace jennit
