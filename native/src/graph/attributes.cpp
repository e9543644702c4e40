#include "attributes.h"

#include <jennit/tree.h>

#include "layer_plan.h"
#include "structured_call.h"

namespace jennit::graph {

using c10::IValue;
using torch::jit::Node;
using torch::jit::Value;

namespace prim = c10::prim;

namespace {

/// A tensor of that shape which takes no memory.
IValue shape_alone(const Tensor& tensor) { return at::zeros({}, tensor.options()).expand(tensor.sizes()); }

bool holds_tensors(const c10::TypePtr& type) {
  if (type->kind() == c10::TypeKind::TensorType) return true;
  for (const auto& inner : type->containedTypes())
    if (holds_tensors(inner)) return true;
  return false;
}

}  // namespace

Attributes::Attributes(GraphModule& module, const Program& program) : module_(module), program_(program) {
  collect_assigned(*program.graph().block());
}

void Attributes::collect_assigned(const torch::jit::Block& block) {
  for (const auto* node : block.nodes()) {
    if (node->kind() == prim::SetAttr) assigned_.insert(node->s(c10::attr::name));
    for (const auto* inner : node->blocks()) collect_assigned(*inner);
  }
}

std::optional<IValue> Attributes::operator()(const Value* value) const {
  const auto found = known_.find(value);
  if (found != known_.end()) return found->second;
  return known_[value] = find(value);
}

std::optional<IValue> Attributes::find(const Value* value) const {
  if (value == program_.graph().inputs()[0]) return value_of(module_.shared_from_this());
  const auto& node = *value->node();
  if (node.kind() == prim::Param) return program_.known_argument(value);
  if (auto constant = torch::jit::toIValue(value)) return constant;
  if (node.kind() != prim::GetAttr) return computed(node);
  if (assigned_.count(node.s(c10::attr::name))) return std::nullopt;
  const auto owner = module(node.input());
  if (!owner) return std::nullopt;
  return attribute_of(*owner, node.s(c10::attr::name));
}

std::optional<IValue> Attributes::computed(const Node& node) const {
  const bool calls = node.kind() == prim::CallMethod;
  if ((!calls && !node.kind().is_aten()) || node.outputs().size() != 1 || is_in_place(node)) return std::nullopt;
  if (node.output()->type()->kind() != c10::TypeKind::TensorType) return std::nullopt;
  if (!calls && (!node.maybeOperator() || node.isNondeterministic())) return std::nullopt;
  torch::jit::Stack inputs;
  for (const auto* input : node.inputs()) {
    auto value = constant_of(input, [this](const Value* inner) { return (*this)(inner); });
    if (!value) value = tensor_list(*input->node());
    if (!value) return std::nullopt;
    inputs.push_back(std::move(*value));
  }
  const auto target = calls ? module(node.input(0)) : nullptr;
  // What a module computes in training may change it.
  if (calls && (!target || target->is_training())) return std::nullopt;
  try {
    torch::NoGradGuard unrecorded;
    if (!calls) {
      node.getOperation()(inputs);
      return shape_alone(inputs.back().toTensor());
    }
    inputs.erase(inputs.begin());
    return shape_alone(call_node(*target, node.s(c10::attr::name), std::move(inputs)).toTensor());
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<IValue> Attributes::tensor_list(const Node& node) const {
  if (node.kind() != prim::ListConstruct) return std::nullopt;
  c10::List<Tensor> tensors;
  for (const auto* input : node.inputs()) {
    const auto element = (*this)(input);
    if (!element || !element->isTensor()) return std::nullopt;
    tensors.push_back(element->toTensor());
  }
  return tensors;
}

ModulePtr Attributes::module(const Value* value) const {
  const auto known = (*this)(value);
  return known && is_node(*known) ? node_of(*known) : nullptr;
}

bool Attributes::is_attribute(const Value* value) const {
  const auto kind = value->node()->kind();
  if (kind == prim::Param) return program_.is_handed_down(value);
  return (kind == prim::GetAttr || kind == prim::Constant) && (*this)(value);
}

bool Attributes::depends_on_input(const Value* value) const {
  const auto found = depends_.find(value);
  if (found != depends_.end()) return found->second;
  auto& depends = depends_[value] = false;
  const auto& node = *value->node();
  if (!holds_tensors(value->type()) || node.kind() == prim::GetAttr || node.kind() == prim::Constant) return depends;
  bool answer = node.kind() == prim::Param ? !program_.known_argument(value) : !node.blocks().empty();
  for (const auto* input : node.inputs()) answer = answer || depends_on_input(input);
  return depends_[value] = answer;
}

namespace {

class ArgumentNotes {
 public:
  void note(const ModulePtr& module) {
    if (!seen_.insert(module.get()).second) return;
    if (auto* executing = dynamic_cast<GraphModule*>(module.get()))
      for (const auto& method : executing->methods()) {
        const auto& program = *executing->program(method);
        note(Attributes(*executing, program), *program.graph().block());
      }
    for (const auto& child : module->children()) note(child);
  }

 private:
  void note(const Attributes& attributes, const torch::jit::Block& block) {
    for (const auto* node : block.nodes()) {
      for (const auto* inner : node->blocks()) note(attributes, *inner);
      if (node->kind() != prim::CallMethod) continue;
      auto* target = dynamic_cast<GraphModule*>(attributes.module(node->input(0)).get());
      auto* program = target ? target->program(node->s(c10::attr::name)) : nullptr;
      for (size_t i = 1; program && i < node->inputs().size(); ++i) {
        const auto* input = node->input(i);
        program->note_argument(i, attributes(input), attributes.is_attribute(input));
      }
    }
  }

  std::set<const void*> seen_;
};

}  // namespace

void note_arguments(const ModulePtr& root) { ArgumentNotes().note(root); }

}  // namespace jennit::graph
