#include "operand_share.h"

#include <jennit/gating.h>
#include <jennit/layers.h>

namespace jennit {

OperandShare read_operand_share(const Options& options) {
  const auto name = options.text("share", "uniform");
  if (name == "uniform") return OperandShare::uniform;
  if (name == "first") return OperandShare::first;
  if (name == "second") return OperandShare::second;
  if (name == "signal") return OperandShare::signal;
  throw std::invalid_argument("option 'share' must be uniform, first, second or signal, but is '" + name + "'");
}

Operands operands_of(const RuleCall& call, OperandShare share) {
  if (call.receives.size() != 2)
    throw std::invalid_argument("the rule works on two tensors, but the module was called with " +
                                std::to_string(call.receives.size()));
  // A constant takes no part, whatever the share: the other has made the product alone.
  if (call.receives[0] != call.receives[1]) return {call.receives[0], call.receives[1]};
  if (share == OperandShare::signal) {
    const auto* product = dynamic_cast<const Gating*>(&call.callable);
    const auto gate = product ? product->gate() : std::nullopt;
    share = !gate ? OperandShare::uniform : *gate == 0 ? OperandShare::second : OperandShare::first;
  }
  return {call.receives[0] && share != OperandShare::second, call.receives[1] && share != OperandShare::first};
}

void check_is_layer(const Callable& callable, const std::string& type, const std::string& rule) {
  if (is_layer(callable, type) && !callable.is_overridden()) return;
  throw std::invalid_argument("rule " + rule + " works on " + type + ", not on a " + callable.type_name() +
                              (callable.is_overridden() ? " whose forward is overridden" : ""));
}

}  // namespace jennit
