#pragma once

#include "graph/layer_plan.h"
#include "module_tree.h"

namespace jennit::exported {

/// Hugging Face's Conv1D: all samples and steps in one dimension, one addmm with a weight that is not transposed, and
/// the dimensions back. None where the graph is anything else.
std::optional<graph::LayerPlan> plan_of_conv1d(const torch::jit::Graph& graph,
                                               const std::vector<const State*>& tensors);

}  // namespace jennit::exported
