#pragma once

#include <torch/script.h>

namespace jennit::graph {

/// Whether a value depends on the inputs of its graph, and not on attributes and constants alone. What a block answers
/// counts as depending.
bool depends_on_inputs(const torch::jit::Value* value);

}  // namespace jennit::graph
