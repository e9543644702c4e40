#include "gate_rule.h"

namespace jennit {

GateRule read_gate_rule(const Options& options) {
  const auto name = options.text("gates", "all");
  if (name == "all") return GateRule::all;
  if (name == "prop") return GateRule::prop;
  if (name == "abs") return GateRule::abs;
  if (name == "half") return GateRule::half;
  throw std::invalid_argument("option 'gates' must be all, prop, abs or half, but is '" + name + "'");
}

GateShares gate_shares(GateRule rule, const Tensor& gate, const Tensor& signal, const Stabilizer& stabilize) {
  if (rule == GateRule::all) return {};
  if (rule == GateRule::half) {
    const auto half = at::full({}, 0.5, gate.options());
    return {half, half};
  }
  const auto g = rule == GateRule::abs ? gate.abs() : gate, s = rule == GateRule::abs ? signal.abs() : signal;
  const auto sum = stabilize(g + s);
  return {g / sum, s / sum};
}

}  // namespace jennit
