#pragma once

#include "flat_graph.h"
#include "module_tree.h"

namespace jennit::exported {

/// What a program says of one module.
struct ModuleProgram {
  /// The graphs of its calls: `forward`, then `forward1`... where another call of it computes something else.
  std::vector<std::shared_ptr<torch::jit::Graph>> methods;
  /// The nodes that call it, in the graphs of other modules.
  std::vector<torch::jit::Node*> calls;
};

/// By the paths of the modules.
using ModulePrograms = std::map<std::string, ModuleProgram>;

/// Takes the calls of modules out of the flat graph: every contiguous run of operations of one call becomes a method of
/// that module. What it reads from outside are its arguments, what others read of it its results. Parameters are
/// attributes, but for those that the module cannot reach. PyTorch's torch.export.unflatten does the same in Python.
ModulePrograms unflatten(FlatGraph& flat, const ModuleTree& tree);

}  // namespace jennit::exported
