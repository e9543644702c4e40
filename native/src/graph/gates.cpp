#include "gates.h"

#include <set>

#include "layer_plan.h"
#include "layer_table.h"
#include "structured_call.h"

namespace jennit::graph {

namespace {

bool is_activation(const std::string& type) {
  static const std::set<std::string> types = {"CELU", "ELU",       "GELU", "Hardsigmoid", "Hardswish", "Hardtanh",
                                              "Mish", "QuickGELU", "ReLU", "ReLU6",       "SELU",      "Sigmoid",
                                              "SiLU", "Softplus",  "Tanh", "LeakyReLU"};
  return types.count(type) > 0;
}

/// An activation, or a module that is nothing else.
bool is_activation(torch::nn::Module& module) {
  if (is_activation(callable(module).type_name())) return true;
  const auto children = callable(module).seen_modules();
  return children.size() == 1 && is_activation(callable(*children[0]).type_name());
}

bool made_by_activation(const torch::jit::Value* value, const Attributes& attributes) {
  const auto& node = *value->node();
  if (node.kind() == c10::prim::CallMethod) {
    const auto module = attributes.module(node.input(0));
    return module && is_activation(*module);
  }
  const auto* entry = node.kind().is_aten() ? find_functional(operator_name(node)) : nullptr;
  return entry && is_activation(entry->type);
}

}  // namespace

std::optional<size_t> gate_of(const torch::jit::Node& product, const Attributes& attributes) {
  if (product.inputs().size() != 2) return std::nullopt;
  for (const auto* factor : product.inputs())
    if (factor->type()->kind() != c10::TypeKind::TensorType || !attributes.depends_on_input(factor))
      return std::nullopt;
  const bool first = made_by_activation(product.input(0), attributes);
  const bool second = made_by_activation(product.input(1), attributes);
  if (first == second) return std::nullopt;
  return first ? 0 : 1;
}

}  // namespace jennit::graph
