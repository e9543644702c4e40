// What modules do in the place of a graph's operations, and what is known of a graph's arguments.

#include <jennit/call_state.h>
#include <jennit/overwriting.h>

#include "frame.h"
#include "graph_module.h"
#include "layer_plan.h"
#include "structured_call.h"

namespace jennit::graph {

using c10::IValue;
using torch::jit::Node;
using torch::jit::Value;

namespace {

/// What calls of this thread see while a child has these parameters.
std::shared_ptr<Overlay> with_parameters(const Callable& child, const NamedTensors& parameters) {
  const auto* state = CallState::if_any();
  auto overlay = state && state->overlay ? std::make_shared<Overlay>(*state->overlay) : std::make_shared<Overlay>();
  // No handle will take them back: they are gone with this call.
  for (const auto& [name, tensor] : parameters)
    overlay->changes(child.id()).parameters.push_back({-1, name, tensor, {}, nullptr});
  return overlay;
}

}  // namespace

void Program::execute_named(Frame& frame, const Node& node, const NamedOperation& operation) const {
  auto inputs = frame.all(operation.inputs);
  const auto first = inputs.at(0);
  if (operation.operands != Operands::given) {
    const auto operands = operands_of(operation.operands, inputs);
    if (!operands) return execute_operator(frame, node);
    inputs = {operands->begin(), operands->end()};
  }
  const auto child = frame.self.seen_child(operation.child);
  if (!child)
    throw std::invalid_argument("there is no child '" + operation.child + "' any more, but the graph calls it");
  NamedTensors parameters;
  for (const auto& [name, value] : operation.parameters) parameters[name] = frame.get(value).toTensor();
  std::optional<Entering> with;
  if (!parameters.empty()) with.emplace(with_parameters(callable(*child), parameters));
  auto result = call_node(*child, "forward", std::move(inputs));
  if (is_in_place(node)) result = succeed(first.toTensor(), result.toTensor());
  const auto outputs = node.outputs();
  if (outputs.size() == 1) {
    frame.values[outputs[0]] = std::move(result);
    return;
  }
  const auto elements = elements_of(result);
  for (size_t i = 0; i < outputs.size(); ++i) frame.values[outputs[i]] = elements.at(i);
}

const NamedOperation* Program::named(const Node* node) const {
  const auto found = named_.find(node);
  return found == named_.end() ? nullptr : &found->second;
}

void Program::note_argument(size_t index, std::optional<IValue> value, bool is_attribute) {
  const auto [found, is_first] = known_arguments_.emplace(index, Argument{value, is_attribute});
  if (is_first) return;
  auto& known = found->second;
  const bool both = known.value && value;
  if (both && known.value->isTensor() && value->isTensor()) {
    const auto one = known.value->toTensor(), other = value->toTensor();
    known.is_attribute = known.is_attribute && is_attribute && one.is_same(other);
    if (one.sizes() != other.sizes()) known.value.reset();
  } else if (!both || *known.value != *value) {
    known = {std::nullopt, false};
  }
}

std::optional<IValue> Program::known_argument(const Value* input) const {
  if (input->node() != graph_->param_node()) return std::nullopt;
  const auto found = known_arguments_.find(input->offset());
  return found == known_arguments_.end() ? std::nullopt : found->second.value;
}

bool Program::is_handed_down(const Value* input) const {
  if (input->node() != graph_->param_node()) return false;
  const auto found = known_arguments_.find(input->offset());
  return found != known_arguments_.end() && found->second.value && found->second.is_attribute;
}

}  // namespace jennit::graph
