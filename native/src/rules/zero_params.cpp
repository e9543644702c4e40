#include "zero_params.h"

#include <jennit/linear_map.h>

namespace jennit {

ZeroParams::ZeroParams(const Options& options) {
  for (const auto& name : options.texts("zero_params")) names_.insert(name);
}

Tensor ZeroParams::weight(const RuleCall& call) const {
  const auto weight = call.parameter("weight");
  return has("weight") ? at::zeros_like(weight) : weight;
}

Tensor ZeroParams::bias(const RuleCall& call) const { return has("bias") ? Tensor() : call.parameter("bias"); }

Tensor ZeroParams::output(const RuleCall& call) const {
  const auto& output = call.output();
  const auto bias = call.parameter("bias");
  if (!any() || (!has("weight") && !bias.defined())) return output;
  const auto* map = call.linear_map();
  if (has("weight")) {
    const auto kept = this->bias(call);
    return kept.defined() ? at::zeros_like(output) + map->broadcast_bias(kept, output.dim()) : at::zeros_like(output);
  }
  return has("bias") ? output - map->broadcast_bias(bias, output.dim()) : output;
}

}  // namespace jennit
