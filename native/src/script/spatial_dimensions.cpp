#include "spatial_dimensions.h"

#include <set>

#include "layer_plan.h"
#include "layer_table.h"

namespace jennit::script {

using torch::jit::Node;
using torch::jit::Value;
using Dimensions = std::optional<int64_t>;

namespace {

/// A call of a module's forward, and the call that its graph is executed for.
struct Call {
  const Node* node;
  const Call* outer;
};

c10::ClassTypePtr called_class(const Node& node) {
  return node.kind() == c10::prim::CallMethod ? node.input(0)->type()->cast<c10::ClassType>() : nullptr;
}

/// The type of the layer that a node is or calls; "" where it is something else.
std::string type_of(const Node& node) {
  if (const auto type = called_class(node)) {
    const auto name = type->name() ? type->name()->name() : "";
    return find_layer(name) ? name : "";
  }
  const auto name = operator_name(node);
  if (name == "_convolution" || name == "_convolution_mode") {
    const auto stride = torch::jit::toIValue(node.namedInput("stride"));
    return stride && stride->isIntList() ? "Conv" + std::to_string(stride->toIntVector().size()) + "d" : "";
  }
  if (name.rfind("conv", 0) == 0 && name.back() == 'd') return "Conv" + name.substr(name.size() - 2);
  // Its layer has a 2 in its name, but any channels will do.
  if (name == "feature_dropout") return "Dropout";
  const auto* entry = find_functional(name);
  return entry ? entry->type : "";
}

/// Whether nothing but samples and channels is left.
bool flattens_all(const Node& node) {
  const auto start = node.kind().is_aten() ? torch::jit::toIValue(node.input(1)) : std::nullopt;
  return !start || start->toInt() == 1;
}

/// The 2 of "Conv2d".
Dimensions in_name(const std::string& type) {
  const auto digit = type.size() < 2 || type.back() != 'd' ? 0 : type[type.size() - 2] - '0';
  return digit >= 1 && digit <= 3 ? Dimensions(digit) : std::nullopt;
}

/// What a node hands on with as many dimensions as it came; null for all that changes them, or is not known.
const Value* kept(const Node& node) {
  static const std::set<std::string> changing = {"Flatten", "Unflatten", "Embedding", "Bilinear"};
  static const std::set<std::string> keeping = {"add",           "sub",        "mul",   "div",    "batch_norm",
                                                "instance_norm", "contiguous", "clone", "detach", "to"};
  const auto type = type_of(node);
  if (!type.empty()) return changing.count(type) ? nullptr : node.inputs()[node.kind().is_aten() ? 0 : 1];
  const auto name = operator_name(node);
  if (keeping.count(name)) return node.input(0);
  const bool joins = name == "cat" && node.input(0)->node()->kind() == c10::prim::ListConstruct;
  return joins && !node.input(0)->node()->inputs().empty() ? node.input(0)->node()->input(0) : nullptr;
}

/// From what made the value.
Dimensions of_source(const Value* value, const Call* call) {
  const auto* node = value->node();
  if (node->kind() == c10::prim::Param) {
    const bool argument = call && !node->owningBlock()->owningNode();
    return argument ? of_source(call->node->inputs()[value->offset()], call->outer) : std::nullopt;
  }
  if (node->kind() == c10::prim::If) {
    for (const auto* block : node->blocks())
      if (const auto found = of_source(block->outputs()[value->offset()], call)) return found;
    return std::nullopt;
  }
  const auto type = type_of(*node);
  if (const auto found = in_name(type)) return found;
  if (type == "Flatten") return flattens_all(*node) ? Dimensions(0) : std::nullopt;
  if (const auto* source = kept(*node)) {
    const auto found = of_source(source, call);
    return !found && type == "Linear" ? 0 : found;
  }
  const auto called = called_class(*node);
  const auto* method = called ? called->findMethod(node->s(c10::attr::name)) : nullptr;
  auto* function = method ? torch::jit::tryToGraphFunction(const_cast<torch::jit::Function&>(*method)) : nullptr;
  if (!function || function->graph()->outputs().size() != 1) return std::nullopt;
  const Call inner{node, call};
  return of_source(function->graph()->outputs()[0], &inner);
}

/// From what takes the value.
Dimensions of_uses(const Value* value, std::set<const Value*>& seen) {
  if (!seen.insert(value).second) return std::nullopt;
  for (const auto& use : value->uses()) {
    const auto& user = *use.user;
    const auto* handed_on = kept(user);
    if (handed_on != value) continue;
    if (const auto found = in_name(type_of(user))) return found;
    if (const auto found = of_uses(user.output(), seen)) return found;
  }
  return std::nullopt;
}

}  // namespace

Dimensions spatial_dimensions(const Value* value) {
  if (const auto found = of_source(value, nullptr)) return found;
  std::set<const Value*> seen;
  return of_uses(value, seen);
}

}  // namespace jennit::script
