#pragma once

#include <set>

#include "graph_module.h"

namespace jennit::graph {

/// What is known of a program's values before it runs: attributes of its module and of those below it, unless the graph
/// sets them, arguments that all callers give alike, and what is computed from these alone.
class Attributes {
 public:
  /// Both must outlive this, and the graph must stay as it is.
  Attributes(GraphModule& module, const Program& program);

  /// The value; none where it is not known. Of a tensor that is computed, only the shape is right.
  std::optional<c10::IValue> operator()(const torch::jit::Value* value) const;
  /// The module that a value is; null for other values.
  ModulePtr module(const torch::jit::Value* value) const;
  /// Whether the value is an attribute itself, also one that was handed down, and not computed.
  bool is_attribute(const torch::jit::Value* value) const;
  /// Whether a value holds tensors that depend on those which the graph is given. What depends on their sizes alone
  /// does not.
  bool depends_on_input(const torch::jit::Value* value) const;

 private:
  void collect_assigned(const torch::jit::Block& block);
  std::optional<c10::IValue> find(const torch::jit::Value* value) const;
  std::optional<c10::IValue> computed(const torch::jit::Node& node) const;
  /// The list of known tensors that a node builds.
  std::optional<c10::IValue> tensor_list(const torch::jit::Node& node) const;

  GraphModule& module_;
  const Program& program_;
  std::set<std::string> assigned_;
  mutable std::unordered_map<const torch::jit::Value*, std::optional<c10::IValue>> known_;
  mutable std::unordered_map<const torch::jit::Value*, bool> depends_;
};

/// Notes in the programs of the modules below `root`, and in its own, what all callers give them.
void note_arguments(const ModulePtr& root);

}  // namespace jennit::graph
