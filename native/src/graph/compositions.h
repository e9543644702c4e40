#pragma once

#include "layer_plan.h"

namespace jennit::graph {

/// Writes what libraries compose of several operations as the one operation that it is, so that one rule treats it:
/// RMSNorm (Zhang and Sennrich 2019, x / sqrt(mean(x^2) + eps) * weight) and GELU by its approximation with tanh
/// (Hendrycks and Gimpel 2016, x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))).
/// `parameter` knows the tensors of the module whose graph it is.
void write_compositions(torch::jit::Graph& graph, const Known& parameter);

}  // namespace jennit::graph
