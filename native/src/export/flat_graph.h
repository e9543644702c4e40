#pragma once

#include <jennit/exported.h>
#include <torch/script.h>

#include <unordered_map>

#include "frames.h"

namespace jennit::exported {

/// The whole program as one graph of LibTorch's, with the calls of modules noted beside its operations. Wrappers around
/// parts of it are written out; `cond` is a branch.
struct FlatGraph {
  /// Reads the inputs of the program, then the states.
  std::shared_ptr<torch::jit::Graph> graph = std::make_shared<torch::jit::Graph>();
  std::vector<torch::jit::Value*> inputs;
  std::unordered_map<const torch::jit::Value*, const State*> states;
  /// Of every node that is no constant.
  std::unordered_map<const torch::jit::Node*, Frames> frames;
};

/// Throws Error naming the node that LibTorch has no operator for, whose arguments do not fit, or that reads what
/// nothing makes. The answer refers to `description`.
FlatGraph flat_graph(const ExportedDescription& description);

}  // namespace jennit::exported
