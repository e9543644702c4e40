#include "spatial_dimensions.h"

#include "layer_plan.h"
#include "layer_table.h"

namespace jennit::graph {

using torch::jit::Node;
using torch::jit::Value;
using Dimensions = std::optional<int64_t>;

namespace {

/// A graph, and the call that it is executed for.
struct Scope {
  const Attributes& attributes;
  const Node* call;
  const Scope* outer;
};

/// The type of the layer that a module is; "" where it is something else.
std::string type_of(const ModulePtr& module) {
  const auto type = module ? callable(*module).type_name() : "";
  return find_layer(type) ? type : "";
}

/// The type of the layer that a node is or calls; "" where it is something else.
std::string type_of(const Node& node, const Attributes& attributes) {
  if (node.kind() == c10::prim::CallMethod) return type_of(attributes.module(node.input(0)));
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
  const auto start = operator_name(node) == "flatten" ? torch::jit::toIValue(node.input(1)) : std::nullopt;
  return !start || start->toInt() == 1;
}

/// The 2 of "Conv2d".
Dimensions in_name(const std::string& type) {
  const auto digit = type.size() < 2 || type.back() != 'd' ? 0 : type[type.size() - 2] - '0';
  return digit >= 1 && digit <= 3 ? Dimensions(digit) : std::nullopt;
}

bool changes_dimensions(const std::string& type) {
  static const std::set<std::string> changing = {"Flatten", "Unflatten", "Embedding", "Bilinear"};
  return changing.count(type) > 0;
}

/// What a node hands on with as many dimensions as it came; null for all that changes them, or is not known.
const Value* kept(const Node& node, const Attributes& attributes) {
  static const std::set<std::string> keeping = {"add",           "sub",        "mul",   "div",    "batch_norm",
                                                "instance_norm", "contiguous", "clone", "detach", "to"};
  const auto type = type_of(node, attributes);
  if (!type.empty()) return changes_dimensions(type) ? nullptr : node.inputs()[node.kind().is_aten() ? 0 : 1];
  const auto name = operator_name(node);
  if (keeping.count(name)) return node.input(0);
  const bool joins = name == "cat" && node.input(0)->node()->kind() == c10::prim::ListConstruct;
  return joins && !node.input(0)->node()->inputs().empty() ? node.input(0)->node()->input(0) : nullptr;
}

/// In front of something.
using Before = std::function<Dimensions()>;

Dimensions of_source(const Value* value, const Scope& scope);

/// Behind a layer of that type; `everything` is whether a Flatten leaves nothing but samples and channels.
Dimensions behind_layer(const std::string& type, bool everything, const Before& before) {
  if (const auto found = in_name(type)) return found;
  if (type == "Flatten") return everything ? Dimensions(0) : std::nullopt;
  if (type.empty() || changes_dimensions(type)) return std::nullopt;
  const auto found = before();
  return !found && type == "Linear" ? 0 : found;
}

/// Behind the child that comes before `end`, counted from the first.
Dimensions behind_chain(const Children& children, size_t end, const Before& before) {
  if (end == 0) return before();
  const auto& child = children[end - 1].second;
  return behind_layer(type_of(child), true, [&] { return behind_chain(children, end - 1, before); });
}

/// Behind a call of a module.
Dimensions behind_module(const ModulePtr& module, const Node& call, const Scope& scope) {
  if (!module) return std::nullopt;
  const Before before = [&] { return call.inputs().size() > 1 ? of_source(call.input(1), scope) : std::nullopt; };
  auto* executing = dynamic_cast<GraphModule*>(module.get());
  if (!executing) {
    const auto children = callable(*module).seen_children();
    return callable(*module).type_name() == "Sequential" ? behind_chain(children, children.size(), before)
                                                         : behind_layer(type_of(module), true, before);
  }
  const auto* program = executing->program(call.s(c10::attr::name));
  if (!program || program->graph().outputs().size() != 1) return std::nullopt;
  const Attributes attributes(*executing, *program);
  return of_source(program->graph().outputs()[0], {attributes, &call, &scope});
}

/// From what made the value.
Dimensions of_source(const Value* value, const Scope& scope) {
  // Exported programs say it.
  const auto type_of_value = value->type()->cast<c10::TensorType>();
  if (const auto dim = type_of_value ? type_of_value->dim() : std::nullopt)
    return std::max<int64_t>(static_cast<int64_t>(*dim) - 2, 0);
  const auto* node = value->node();
  if (node->kind() == c10::prim::Param) {
    const bool argument = scope.outer && !node->owningBlock()->owningNode();
    return argument ? of_source(scope.call->inputs()[value->offset()], *scope.outer) : std::nullopt;
  }
  if (node->kind() == c10::prim::If) {
    for (const auto* block : node->blocks())
      if (const auto found = of_source(block->outputs()[value->offset()], scope)) return found;
    return std::nullopt;
  }
  if (node->kind() == c10::prim::CallMethod)
    return behind_module(scope.attributes.module(node->input(0)), *node, scope);
  const auto type = type_of(*node, scope.attributes);
  const auto* source = kept(*node, scope.attributes);
  if (type.empty()) return source ? of_source(source, scope) : std::nullopt;
  return behind_layer(type, flattens_all(*node), [&] { return of_source(node->input(0), scope); });
}

/// From what takes the value.
Dimensions of_uses(const Value* value, const Attributes& attributes, std::set<const Value*>& seen) {
  if (!seen.insert(value).second) return std::nullopt;
  for (const auto& use : value->uses()) {
    const auto& user = *use.user;
    if (kept(user, attributes) != value) continue;
    if (const auto found = in_name(type_of(user, attributes))) return found;
    if (const auto found = of_uses(user.output(), attributes, seen)) return found;
  }
  return std::nullopt;
}

}  // namespace

Dimensions spatial_dimensions(const Value* value, const Attributes& attributes) {
  if (const auto found = of_source(value, {attributes, nullptr, nullptr})) return found;
  std::set<const Value*> seen;
  return of_uses(value, attributes, seen);
}

}  // namespace jennit::graph
