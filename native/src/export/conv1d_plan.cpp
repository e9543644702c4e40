#include "conv1d_plan.h"

#include "nodes.h"

namespace jennit::exported {

using torch::jit::Node;
using torch::jit::Value;

namespace {

bool reads(const Value* value, const torch::jit::Graph& graph, const std::string& name) {
  const auto* node = value->node();
  return node->kind() == c10::prim::GetAttr && node->input() == graph.inputs()[0] && node->s(c10::attr::name) == name;
}

}  // namespace

std::optional<graph::LayerPlan> plan_of_conv1d(const torch::jit::Graph& graph,
                                               const std::vector<const State*>& tensors) {
  if (graph.outputs().size() != 1 || tensors.size() != 2) return std::nullopt;
  const auto* after = graph.outputs()[0]->node();
  if (!is(*after, "aten::view")) return std::nullopt;
  const auto* product = after->input(0)->node();
  if (!is(*product, "aten::addmm") || !reads(product->input(0), graph, "bias") ||
      !reads(product->input(2), graph, "weight") || !is_one(product->input(3)) || !is_one(product->input(4)))
    return std::nullopt;
  const auto* before = product->input(1)->node();
  if (!is(*before, "aten::view") || before->input(0)->node()->kind() != c10::prim::Param) return std::nullopt;
  // Sizes may come from outside too; the layer has no need of them.
  graph::LayerPlan plan{"Conv1D", {}, {}, {before->input(0)}};
  for (const auto* state : tensors) plan.tensors[name_of(state->path)] = state->tensor;
  const auto& weight = plan.tensors["weight"];
  if (!weight.defined() || weight.dim() != 2) return std::nullopt;
  plan.options.set("nx", weight.size(0));
  plan.options.set("nf", weight.size(1));
  return plan;
}

}  // namespace jennit::exported
