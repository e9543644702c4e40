#include <jennit/graph.h>

#include "attributes.h"

namespace jennit::graph {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

namespace {

/// A call of a child, and the first value that it is given.
struct Call {
  const Node* node;
  const Value* input;
};

class Calls {
 public:
  Calls(GraphModule& module, const Program& program) : program_(program), attributes_(module, program) {}

  std::vector<Call> of(const std::string& name, const torch::nn::Module* child) const {
    std::vector<Call> calls;
    collect(*program_.graph().block(), name, child, calls);
    return calls;
  }

 private:
  void collect(const Block& block, const std::string& name, const torch::nn::Module* child,
               std::vector<Call>& calls) const {
    for (const auto* node : block.nodes()) {
      for (const auto* inner : node->blocks()) collect(*inner, name, child, calls);
      if (const auto* named = program_.named(node)) {
        if (named->child == name) calls.push_back({node, named->inputs[0]});
      } else if (node->kind() == c10::prim::CallMethod && attributes_.module(node->input(0)).get() == child) {
        calls.push_back({node, node->inputs().size() > 1 ? node->input(1) : nullptr});
      }
    }
  }

  const Program& program_;
  Attributes attributes_;
};

}  // namespace

bool follows_directly(torch::nn::Module& parent, const std::string& first, const std::string& second) {
  auto* executing = dynamic_cast<GraphModule*>(&parent);
  const auto one = callable(parent).seen_child(first), other = callable(parent).seen_child(second);
  if (!executing || !one || !other) return false;
  std::vector<Call> of_first, of_second;
  for (const auto& method : executing->methods()) {
    const Calls calls(*executing, *executing->program(method));
    for (const auto& call : calls.of(first, one.get())) of_first.push_back(call);
    for (const auto& call : calls.of(second, other.get())) of_second.push_back(call);
  }
  if (of_first.size() != 1 || of_second.size() != 1) return false;
  const auto& [node, input] = of_first[0];
  const auto& [user, taken] = of_second[0];
  return node->outputs().size() == 1 && taken == node->output() && node->output()->uses().size() == 1 &&
         node->owningBlock() == user->owningBlock();
}

}  // namespace jennit::graph
