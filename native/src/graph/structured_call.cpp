#include "structured_call.h"

namespace jennit::graph {

using c10::IValue;

namespace {

thread_local StructuredCall* pending = nullptr;

struct Pending {
  explicit Pending(StructuredCall* call) : before(pending) { pending = call; }
  ~Pending() { pending = before; }
  StructuredCall* before;
};

struct NodeValue final : torch::CustomClassHolder {
  explicit NodeValue(ModulePtr module) : node(std::move(module)) {}
  ModulePtr node;
};

bool unchanged(const Tensors& before, const Tensors& after) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [](const Tensor& left, const Tensor& right) { return left.is_same(right); });
}

IValue refilled(const IValue& value, const Tensors& before, const Tensors& after) {
  if (before.size() != after.size())
    throw std::invalid_argument("a hook left " + std::to_string(after.size()) + " tensors where there were " +
                                std::to_string(before.size()));
  // Lists are shared by all who hold them: only what a hook replaced is built anew.
  if (unchanged(before, after)) return value;
  auto next = after.begin();
  return refill(value, next);
}

/// The tensors in the tuples of a type; none where they do not fill it.
std::optional<IValue> in_tuples(const c10::TypePtr& type, const Tensors& tensors, size_t& next) {
  const auto tuple = type->cast<c10::TupleType>();
  if (!tuple) {
    if (type->kind() != c10::TypeKind::TensorType || next == tensors.size()) return std::nullopt;
    return tensors[next++];
  }
  std::vector<IValue> elements;
  for (const auto& element : tuple->elements()) {
    auto value = in_tuples(element, tensors, next);
    if (!value) return std::nullopt;
    elements.push_back(std::move(*value));
  }
  return c10::ivalue::Tuple::createNamed(std::move(elements), tuple);
}

}  // namespace

StructuredCall* take_call(const Callable& target) {
  auto* call = pending && pending->target == &target ? pending : nullptr;
  if (!call) return nullptr;
  pending = nullptr;
  return call;
}

IValue call_node(torch::nn::Module& node, const std::string& method, std::vector<IValue> arguments,
                 const c10::TypePtr& expected) {
  auto& target = callable(node);
  Tensors inputs;
  for (const auto& argument : arguments) flatten(argument, inputs);
  StructuredCall call{&target, method, std::move(arguments), {}};
  Pending registered(&call);
  const auto outputs = target.call(inputs);
  if (call.result) {
    Tensors made;
    flatten(*call.result, made);
    return refilled(*call.result, made, outputs);
  }
  // A layer, a container or a module in Java: it saw the tensors and nothing else.
  for (const auto& argument : call.arguments)
    if (!argument.isNone() && !argument.isTensor() && !argument.isTuple() && !argument.isList())
      throw std::invalid_argument(target.type_name() + " takes tensors alone, but the graph gives it a value of type " +
                                  argument.type()->repr_str());
  if (outputs.size() == 1) return outputs[0];
  size_t next = 0;
  if (auto shaped = expected ? in_tuples(expected, outputs, next) : std::nullopt) return std::move(*shaped);
  return c10::ivalue::Tuple::create(std::vector<IValue>(outputs.begin(), outputs.end()));
}

IValue value_of(ModulePtr node) { return IValue::make_capsule(c10::make_intrusive<NodeValue>(std::move(node))); }

bool is_node(const IValue& value) {
  return value.isCapsule() && dynamic_cast<NodeValue*>(value.toCapsule().get()) != nullptr;
}

ModulePtr node_of(const IValue& value) {
  if (!is_node(value))
    throw std::invalid_argument("a value of type " + value.tagKind() + " stands where a module is needed");
  return static_cast<NodeValue*>(value.toCapsule().get())->node;
}

}  // namespace jennit::graph
