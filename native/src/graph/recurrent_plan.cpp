#include "recurrent_plan.h"

#include <jennit/layers.h>
#include <jennit/recurrent.h>

#include "layer_plan.h"
#include "registered_tensors.h"

namespace jennit::graph {

using torch::jit::Node;
using torch::jit::Value;

namespace {

struct Operation {
  std::string layer;
  /// "" for layers that have one alone.
  std::string nonlinearity;
  int64_t blocks;
};

const std::map<std::string, Operation> operations = {
    {"lstm", {"LSTM", "", 4}},
    {"gru", {"GRU", "", 3}},
    {"rnn_tanh", {"RNN", "tanh", 1}},
    {"rnn_relu", {"RNN", "relu", 1}},
    {"lstm_cell", {"LSTMCell", "", 4}},
    {"gru_cell", {"GRUCell", "", 3}},
    {"rnn_tanh_cell", {"RNNCell", "tanh", 1}},
    {"rnn_relu_cell", {"RNNCell", "relu", 1}},
};

/// The weights, in torch's order: a list, or arguments of a cell of which the biases may be None.
std::vector<const Value*> weights_of(const Node& node, bool is_cell) {
  std::vector<const Value*> weights;
  if (!is_cell) {
    const auto* list = node.namedInput("params")->node();
    if (list->kind() == c10::prim::ListConstruct) weights.assign(list->inputs().begin(), list->inputs().end());
    return weights;
  }
  for (const auto* name : {"w_ih", "w_hh", "b_ih", "b_hh"}) {
    const auto* value = node.namedInput(name);
    if (value->type()->kind() != c10::TypeKind::NoneType) weights.push_back(value);
  }
  return weights;
}

/// The weights themselves; none where the graph computes one.
std::optional<Tensors> attributes_among(const std::vector<const Value*>& values, const Attributes& attributes) {
  Tensors tensors;
  for (const auto* value : values) {
    const auto known = attributes.is_attribute(value) ? attributes(value) : std::nullopt;
    if (!known || !known->isTensor()) return std::nullopt;
    tensors.push_back(known->toTensor());
  }
  return tensors;
}

/// The layer takes over the weights, which are registered where the file has them.
bool take_over(torch::nn::Module& layer, const Tensors& weights) {
  const auto names = dynamic_cast<Recurrent&>(layer).shape().parameter_names();
  if (names.size() != weights.size()) return false;
  for (size_t i = 0; i < names.size(); ++i) {
    auto* own = callable(layer).own_parameter(names[i]);
    if (own->sizes() != weights[i].sizes()) return false;
    *own = weights[i];
  }
  parameters_of(layer).clear();
  return true;
}

}  // namespace

std::optional<RecurrentPlan> plan_recurrent(const Node& node, const Attributes& attributes, bool training) {
  const auto found = operations.find(operator_name(node));
  if (found == operations.end() || !node.maybeSchema()) return std::nullopt;
  const auto& operation = found->second;
  const bool is_cell = operation.layer.find("Cell") != std::string::npos;
  // A packed sequence comes with the sizes of its batches.
  if (!is_cell && node.maybeSchema()->arguments()[1].name() != "hx") return std::nullopt;
  const auto weights = attributes_among(weights_of(node, is_cell), attributes);
  if (!weights || weights->size() < 2) return std::nullopt;

  const auto &input_weight = (*weights)[0], &hidden_weight = (*weights)[1];
  const auto hidden_size = input_weight.size(0) / operation.blocks;
  Options options;
  options.set("input_size", input_weight.size(1));
  options.set("hidden_size", hidden_size);
  if (!operation.nonlinearity.empty()) options.set("nonlinearity", operation.nonlinearity);
  if (is_cell) {
    options.set("bias", weights->size() == 4);
  } else {
    const auto option = [&](const char* name) { return torch::jit::toIValue(node.namedInput(name)); };
    for (const auto& [name, argument] : {std::pair{"bias", "has_biases"},
                                         {"num_layers", "num_layers"},
                                         {"dropout", "dropout"},
                                         {"bidirectional", "bidirectional"},
                                         {"batch_first", "batch_first"}}) {
      const auto value = option(argument);
      if (!value) return std::nullopt;
      options.set(name, *value);
    }
    const auto mode = attributes(node.namedInput("train"));
    if (!mode || mode->toBool() != training) return std::nullopt;
    if (hidden_weight.size(1) != hidden_size) options.set("proj_size", hidden_weight.size(1));
  }
  RecurrentPlan plan{make_layer(operation.layer, options), {node.input(0), node.input(1)}};
  if (!take_over(*plan.layer, *weights)) return std::nullopt;
  return plan;
}

}  // namespace jennit::graph
