#pragma once

#include <jennit/callable.h>
#include <torch/script.h>

#include "values.h"

namespace jennit::graph {

// Graphs hand any value around; modules of the tree take and give tensors. A call from one graph to another goes
// through Callable::call like any other, so that hooks and overrides work, while the rest of the values waits beside
// it.

/// One call from a graph to a node.
struct StructuredCall {
  const Callable* target;
  std::string method;
  std::vector<c10::IValue> arguments;
  /// Set by the target, if it executes a graph itself.
  std::optional<c10::IValue> result;
};

/// The call that reached `target` on this thread, once; null where something else than a graph calls it.
StructuredCall* take_call(const Callable& target);

/// Calls a node as a graph does: `method` is "forward", or "forward1"... where a trace calls a module again. What a
/// layer answers is put into tuples as `expected` says, where it is given.
c10::IValue call_node(torch::nn::Module& node, const std::string& method, std::vector<c10::IValue> arguments,
                      const c10::TypePtr& expected = nullptr);

/// A node as a value in a graph.
c10::IValue value_of(ModulePtr node);
/// The node in a value; an error where it holds none.
ModulePtr node_of(const c10::IValue& value);
bool is_node(const c10::IValue& value);

}  // namespace jennit::graph
