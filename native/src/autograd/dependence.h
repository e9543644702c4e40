#pragma once

#include <torch/csrc/autograd/edge.h>

#include <vector>

namespace jennit {

/// Whether the graph leads from any of `outputs` to each of `inputs`. Nothing beyond the inputs is looked at.
std::vector<bool> reached(const std::vector<torch::autograd::Edge>& outputs,
                          const std::vector<torch::autograd::Edge>& inputs);

}  // namespace jennit
