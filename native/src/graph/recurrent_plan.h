#pragma once

#include "attributes.h"

namespace jennit::graph {

/// The recurrent layer or cell that one node of a graph is, and what it is called with.
struct RecurrentPlan {
  ModulePtr layer;
  std::vector<const torch::jit::Value*> inputs;
};

/// The layer that does what aten::lstm, gru, rnn_tanh, rnn_relu or one of their cells does with weights that are
/// attributes, which it takes over. None for other nodes, and where the node's mode is not `training`.
std::optional<RecurrentPlan> plan_recurrent(const torch::jit::Node& node, const Attributes& attributes, bool training);

}  // namespace jennit::graph
