#pragma once

#include <jennit/tensors.h>

namespace jennit::graph {

using TensorDict = torch::OrderedDict<std::string, at::Tensor>;

// A module that takes over tensors of a file must hold those very tensors, and one that borrows them from its parent
// must not register them. LibTorch only registers anew, by name, once.

TensorDict& parameters_of(torch::nn::Module& module);
TensorDict& buffers_of(torch::nn::Module& module);

}  // namespace jennit::graph
