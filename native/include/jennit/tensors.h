#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

namespace jennit {

using at::Tensor;

/// What goes into a module and what comes out of it: one tensor as a rule, several where torch has a tuple.
using Tensors = std::vector<at::Tensor>;

/// Tensors by parameter name ("weight", "bias", ...).
using NamedTensors = std::map<std::string, at::Tensor>;

/// The shared owner of a node of the module tree.
using ModulePtr = std::shared_ptr<torch::nn::Module>;

}  // namespace jennit
