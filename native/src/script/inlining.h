#pragma once

#include <torch/script.h>

namespace jennit::script {

/// A copy of a method's graph with all calls written out, except those of the forward of a module.
std::shared_ptr<torch::jit::Graph> inlined_graph(const torch::jit::Function& method);

}  // namespace jennit::script
