#include "recurrent_plan.h"

#include <jennit/recurrent.h>

namespace jennit::exported {

using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

namespace prim = c10::prim;

namespace {

std::optional<c10::IValue> constant(const Node& node, const char* argument) {
  return torch::jit::toIValue(node.namedInput(argument));
}

/// The one recurrent operation of a graph; null where there is none, or more than zeros beside it.
const Node* recurrent_node(const Graph& graph) {
  static const std::set<std::string> beside = {"aten::zeros", "prim::Constant", "prim::GetAttr", "prim::ListConstruct",
                                               "aten::size"};
  static const std::set<std::string> recurrent = {"aten::lstm", "aten::gru", "aten::rnn_tanh", "aten::rnn_relu"};
  const Node* found = nullptr;
  for (const auto* node : graph.nodes()) {
    const std::string name = node->kind().toQualString();
    if (beside.count(name)) continue;
    if (found || !recurrent.count(name)) return nullptr;
    found = node;
  }
  return found;
}

std::vector<const Value*> elements(const Value* value) {
  if (value->node()->kind() != prim::ListConstruct) return {value};
  const auto inputs = value->node()->inputs();
  return {inputs.begin(), inputs.end()};
}

/// The sequence, and the states unless they are zeros; empty where they do not come from outside. Sizes that do have no
/// use for the layer.
std::vector<const Value*> inputs_of(const Node& node) {
  std::vector<const Value*> inputs = {node.input(0)};
  const auto states = elements(node.input(1));
  for (const auto* state : states)
    if (std::string("aten::zeros") != state->node()->kind().toQualString()) inputs.push_back(state);
  if (inputs.size() != 1 && inputs.size() != 1 + states.size()) return {};
  for (const auto* input : inputs)
    if (input->node()->kind() != prim::Param) return {};
  return inputs;
}

}  // namespace

std::optional<graph::LayerPlan> plan_of_recurrent(const std::string& type, const Graph& graph,
                                                  const std::vector<const State*>& tensors) {
  if (type != "RNN" && type != "LSTM" && type != "GRU") return std::nullopt;
  const auto* node = recurrent_node(graph);
  if (!node || !node->maybeSchema()) return std::nullopt;
  const auto inputs = inputs_of(*node);
  if (inputs.empty()) return std::nullopt;
  const auto outputs = node->outputs(), results = graph.outputs();
  if (!std::equal(outputs.begin(), outputs.end(), results.begin(), results.end())) return std::nullopt;

  graph::LayerPlan plan{type, {}, {}, inputs};
  for (const auto* state : tensors) plan.tensors[name_of(state->path)] = state->tensor;
  const auto weight = plan.tensors["weight_ih_l0"], recurrent_weight = plan.tensors["weight_hh_l0"];
  const auto num_layers = constant(*node, "num_layers"), bias = constant(*node, "has_biases");
  const auto bidirectional = constant(*node, "bidirectional"), batch_first = constant(*node, "batch_first");
  const auto dropout = constant(*node, "dropout"), train = constant(*node, "train");
  if (!weight.defined() || !recurrent_weight.defined() || !num_layers || !bias || !bidirectional || !batch_first ||
      !dropout || !train || train->toBool())
    return std::nullopt;

  RecurrentShape shape;
  shape.recurrence = type == "LSTM" ? Recurrence::lstm : type == "GRU" ? Recurrence::gru : Recurrence::rnn_tanh;
  shape.input_size = weight.size(1);
  shape.hidden_size = weight.size(0) / shape.blocks();
  if (recurrent_weight.size(1) != shape.hidden_size) shape.proj_size = recurrent_weight.size(1);
  shape.num_layers = num_layers->toInt();
  shape.bias = bias->toBool();
  shape.bidirectional = bidirectional->toBool();
  const auto names = shape.parameter_names();
  const auto parameters = elements(node->namedInput("params"));
  if (names.size() != parameters.size() || names.size() != tensors.size()) return std::nullopt;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto* read = parameters[i]->node();
    if (read->kind() != prim::GetAttr || read->input() != graph.inputs()[0] || read->s(c10::attr::name) != names[i])
      return std::nullopt;
  }
  plan.options.set("input_size", shape.input_size);
  plan.options.set("hidden_size", shape.hidden_size);
  if (shape.proj_size) plan.options.set("proj_size", shape.proj_size);
  plan.options.set("num_layers", shape.num_layers);
  plan.options.set("bias", shape.bias);
  plan.options.set("bidirectional", shape.bidirectional);
  plan.options.set("batch_first", *batch_first);
  plan.options.set("dropout", *dropout);
  if (std::string("aten::rnn_relu") == node->kind().toQualString())
    plan.options.set("nonlinearity", std::string("relu"));
  return plan;
}

}  // namespace jennit::exported
