#pragma once

#include <jennit/callable.h>
#include <jennit/overlay.h>
#include <jennit/rule_node.h>
#include <torch/csrc/autograd/edge.h>

namespace jennit {

/// A rule on a module: what its calls have in common.
struct RegisteredRule {
  std::shared_ptr<Rule> rule;
  /// Of the module, for errors.
  std::string path;
  std::shared_ptr<RuleScope> scope;
  SmallLayerMemory small_layer;
};

/// What the rule keeps of a call: the edges come first, as they were before any layer could work in place. An input
/// that receives no relevance has no edge.
struct Recording {
  std::shared_ptr<RegisteredRule> registered;
  std::shared_ptr<torch::nn::Module> module;
  /// What the call saw, which the rule sees again where it calls the module.
  std::shared_ptr<Overlay> overlay;
  std::vector<torch::autograd::Edge> input_edges;
  std::vector<std::vector<int64_t>> input_sizes;
  std::vector<at::TensorOptions> input_options;
  /// Whether another function stood in for the module's forward.
  bool is_overridden = false;
  /// Whether autograd left the call out, since the rule does without the module's own graph; all outputs are known to
  /// depend on the input.
  bool without_graph = false;
};

/// Stands a rule node over those of `outputs` that carry relevance, and puts what it hands out in their place.
/// @param inputs of the call, as many as the recording has edges
void stand_over(Recording recording, Callable& callable, const Tensors& inputs, Tensors& outputs);

}  // namespace jennit
