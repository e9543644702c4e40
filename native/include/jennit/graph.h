#pragma once

#include <jennit/callable.h>

namespace jennit {

/// True for a node that executes a graph of its own, as those of TorchScript files and of exported programs do.
bool is_graph_module(const torch::nn::Module& module);

namespace binding {

bool is_graph_module(const ModulePtr& module);

}  // namespace binding

}  // namespace jennit
