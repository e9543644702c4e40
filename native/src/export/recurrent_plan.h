#pragma once

#include "graph/layer_plan.h"
#include "module_tree.h"

namespace jennit::exported {

/// The recurrent layer that a graph is: its own parameters in torch's order, and zeros where the caller gives no
/// states. None where it does more than that, as for a sequence without a batch.
std::optional<graph::LayerPlan> plan_of_recurrent(const std::string& type, const torch::jit::Graph& graph,
                                                  const std::vector<const State*>& tensors);

}  // namespace jennit::exported
