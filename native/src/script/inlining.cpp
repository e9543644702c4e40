#include "inlining.h"

#include <jennit/errors.h>
#include <torch/csrc/jit/passes/inliner.h>

#include "graph/program.h"

namespace jennit::script {

using torch::jit::Block;
using torch::jit::Node;

namespace prim = c10::prim;
namespace attr = c10::attr;

namespace {

bool calls_forward(const Node& node) {
  if (node.kind() != prim::CallMethod || !graph::is_forward(node.s(attr::name))) return false;
  const auto type = node.input(0)->type()->cast<c10::ClassType>();
  return !type || type->is_module();
}

/// Takes the function out of a call of it. It is a constant that has no value.
void drop_function(Node& call) {
  auto* function = call.input(0)->node();
  call.removeInput(0);
  if (function->kind() == prim::Constant && !function->output()->hasUses()) function->destroy();
}

void write_out_calls(Block& block) {
  for (auto it = block.nodes().begin(); it != block.nodes().end();) {
    auto* node = *it++;
    for (auto* inner : node->blocks()) write_out_calls(*inner);
    torch::jit::Function* function = nullptr;
    if (node->kind() == prim::CallFunction) {
      function = node->input(0)->type()->expect<c10::FunctionType>()->function();
    } else if (node->kind() == prim::CallMethod && !calls_forward(*node)) {
      // An interface leaves the choice to the value.
      if (const auto type = node->input(0)->type()->cast<c10::ClassType>())
        function = type->findMethod(node->s(attr::name));
    }
    auto* graph_function = function ? torch::jit::tryToGraphFunction(*function) : nullptr;
    if (!graph_function) continue;
    if (node->kind() == prim::CallFunction) drop_function(*node);
    // With calls of its own written out: TorchScript has no recursion.
    auto body = inlined_graph(*graph_function);
    torch::jit::inlineCallTo(node, graph_function, body.get());
  }
}

}  // namespace

std::shared_ptr<torch::jit::Graph> inlined_graph(const torch::jit::Function& method) {
  auto* function = torch::jit::tryToGraphFunction(const_cast<torch::jit::Function&>(method));
  if (!function) throw Error("the method '" + method.name() + "' has no graph");
  auto graph = function->graph()->copy();
  write_out_calls(*graph->block());
  return graph;
}

}  // namespace jennit::script
