#pragma once

#include "graph/layer_plan.h"

namespace jennit::script {

/// The layer of `type` that a module of torch.nn is. None where the file does not hold all of its options, or its graph
/// does more than that layer: nobody gets a layer that computes something else.
std::optional<graph::LayerPlan> plan_of_module(const std::string& type, const torch::jit::Module& module);

}  // namespace jennit::script
