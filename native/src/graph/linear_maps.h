#pragma once

#include "attributes.h"

namespace jennit::graph {

/// Writes the products of a computed tensor and a matrix that does not depend on the input, with or without a bias, as
/// aten::linear: `matmul(x, W.t()) + b`, addmm... And sums of a product of two computed tensors as a product and a sum.
void write_linear_maps(torch::jit::Graph& graph, const Attributes& attributes);

}  // namespace jennit::graph
