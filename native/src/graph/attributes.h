#pragma once

#include <set>

#include "graph_module.h"

namespace jennit::graph {

/// The values that a graph cannot change: attributes of its module and of those below it, unless it sets them.
class Attributes {
 public:
  /// Both must outlive this.
  Attributes(GraphModule& module, const torch::jit::Graph& graph);

  /// What is known of a value before anything runs; none for what is computed.
  std::optional<c10::IValue> operator()(const torch::jit::Value* value) const;
  /// The module that a value is; null for other values.
  ModulePtr module(const torch::jit::Value* value) const;

 private:
  void collect_assigned(const torch::jit::Block& block);

  GraphModule& module_;
  const torch::jit::Graph& graph_;
  std::set<std::string> assigned_;
};

}  // namespace jennit::graph
