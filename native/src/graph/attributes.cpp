#include "attributes.h"

#include "structured_call.h"

namespace jennit::graph {

using torch::jit::Value;

Attributes::Attributes(GraphModule& module, const torch::jit::Graph& graph) : module_(module), graph_(graph) {
  collect_assigned(*graph.block());
}

std::optional<c10::IValue> Attributes::operator()(const Value* value) const {
  if (value == graph_.inputs()[0]) return value_of(module_.shared_from_this());
  const auto* node = value->node();
  if (node->kind() != c10::prim::GetAttr || assigned_.count(node->s(c10::attr::name))) return std::nullopt;
  const auto owner = module(node->input());
  if (!owner) return std::nullopt;
  return attribute_of(*owner, node->s(c10::attr::name));
}

ModulePtr Attributes::module(const Value* value) const {
  const auto known = (*this)(value);
  return known && is_node(*known) ? node_of(*known) : nullptr;
}

void Attributes::collect_assigned(const torch::jit::Block& block) {
  for (const auto* node : block.nodes()) {
    if (node->kind() == c10::prim::SetAttr) assigned_.insert(node->s(c10::attr::name));
    for (const auto* inner : node->blocks()) collect_assigned(*inner);
  }
}

}  // namespace jennit::graph
