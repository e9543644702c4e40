#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// A node that computes what a recurrent layer or cell computes, by children with names: a step for each layer and
/// direction, called at every step, with linear maps, activations, gates and sums in it. It has the same parameters
/// under the same names; what the children read is made of them here, with their history, so that it follows them
/// until they are written to. Throws std::invalid_argument for a module that is not recurrent.
ModulePtr unroll(torch::nn::Module& recurrent);

}  // namespace jennit
