#pragma once

#include <jennit/rule.h>

#include "stabilizer.h"

namespace jennit {

/// The gradient of <outputs, cotangents> by each of the `wanted` inputs; undefined for the others and where there is
/// none. An undefined cotangent counts for zero.
Tensors gradient(const Tensors& outputs, const Tensors& cotangents, const Tensors& inputs,
                 const std::vector<bool>& wanted, bool create_graph);

/// relevance / stabilized(output) for each output of a call; undefined where an output carries no relevance.
Tensors seeds(const RuleCall& call, const Tensors& outputs, const Stabilizer& stabilize);

/// Calls the module once more, without hooks, and answers the gradient of <seeds, outputs> by each input that receives
/// relevance. Such an input must need a gradient.
Tensors gradient_of_another_call(const RuleCall& call, const Tensors& inputs, const NamedTensors& parameters,
                                 const Stabilizer& stabilize);

}  // namespace jennit
