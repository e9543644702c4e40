#include "unrolled_step.h"

#include <jennit/layers.h>

#include "parts.h"
#include "registered_parameters.h"

namespace jennit {

namespace {

/// A layer that reads these tensors, and has no parameters of its own.
ModulePtr reading(const std::string& type, Options options, const NamedTensors& tensors) {
  options.set("bias", tensors.at("bias").defined());
  auto layer = make_layer(type, options);
  registered_parameters(*layer).clear();
  for (const auto& [name, tensor] : tensors)
    if (tensor.defined()) *callable(*layer).own_parameter(name) = tensor;
  return layer;
}

ModulePtr linear_layer(const Tensor& weight, const Tensor& bias) {
  Options options;
  options.set("in_features", weight.size(1));
  options.set("out_features", weight.size(0));
  return reading("Linear", options, {{"weight", weight}, {"bias", bias}});
}

/// Rows of a step's weights.
class Rows {
 public:
  Rows(const NamedTensors& weights, int64_t blocks) : weights_(weights), blocks_(blocks) {}

  Tensor of(const std::string& name, int64_t block) const {
    const auto found = weights_.find(name);
    return found == weights_.end() ? Tensor() : found->second.chunk(blocks_)[block];
  }

  /// The pre-activation of a block as one linear map of x and h.
  ModulePtr joint(int64_t block) const {
    const auto bias = of("bias_ih", block);
    return linear_layer(at::cat({of("weight_ih", block), of("weight_hh", block)}, 1),
                        bias.defined() ? bias + of("bias_hh", block) : bias);
  }

  /// The same where a gate weighs what comes from h.
  ModulePtr gated(int64_t block) const {
    const auto weight = of("weight_ih", block), gated_weight = of("weight_hh", block);
    Options options;
    options.set("in_features", weight.size(1));
    options.set("gated_features", gated_weight.size(1));
    options.set("out_features", weight.size(0));
    return reading("GatedLinear", options,
                   {{"weight", weight},
                    {"gated_weight", gated_weight},
                    {"bias", of("bias_ih", block)},
                    {"gated_bias", of("bias_hh", block)}});
  }

 private:
  const NamedTensors& weights_;
  int64_t blocks_;
};

}  // namespace

UnrolledStep::UnrolledStep(const RecurrentShape& shape, const NamedTensors& weights) : shape_(shape) {
  shape_.input_size = weights.at("weight_ih").size(1);
  shape_.is_cell = true;
  shape_.num_layers = 1;
  shape_.bidirectional = shape_.batch_first = false;
  add_parts(weights);
}

std::string UnrolledStep::type_name() const {
  return shape_.is_lstm()                       ? "UnrolledLSTMCell"
         : shape_.recurrence == Recurrence::gru ? "UnrolledGRUCell"
                                                : "UnrolledRNNCell";
}

void UnrolledStep::add_parts(const NamedTensors& weights) {
  const Rows rows(weights, shape_.blocks());
  const auto add = [&](const std::string& name, const std::string& type) {
    register_module(name, make_layer(type, Options()));
  };
  const auto add_gate = [&](const std::string& name, int64_t block) {
    register_module(name, rows.joint(block));
    add(name + "_sigmoid", "Sigmoid");
  };
  if (shape_.is_lstm()) {
    add_gate("input_gate", 0);
    add_gate("forget_gate", 1);
    register_module("candidate", rows.joint(2));
    add("candidate_tanh", "Tanh");
    add("keep", "Gate");
    add("add", "Gate");
    add("cell_state", "Sum");
    add("cell_state_tanh", "Tanh");
    add_gate("output_gate", 3);
    add("emit", "Gate");
    if (shape_.proj_size) register_module("projection", linear_layer(weights.at("weight_hr"), {}));
  } else if (shape_.recurrence == Recurrence::gru) {
    add_gate("reset_gate", 0);
    add_gate("update_gate", 1);
    register_module("candidate", rows.gated(2));
    add("candidate_tanh", "Tanh");
    add("keep", "Gate");
    add("renew", "Gate");
    add("hidden_state", "Sum");
  } else {
    register_module("hidden_state", rows.joint(0));
    const bool relu = shape_.recurrence == Recurrence::rnn_relu;
    add(relu ? "hidden_state_relu" : "hidden_state_tanh", relu ? "ReLU" : "Tanh");
  }
}

Tensors UnrolledStep::step(const Tensor& x, const Tensors& states) {
  const Parts part(*this);
  const auto& h = states[0];
  const auto both = at::cat({x, h}, -1);
  const auto gate = [&](const std::string& name) { return part(name + "_sigmoid", {part(name, {both})}); };
  if (shape_.is_lstm()) {
    const auto i = gate("input_gate"), f = gate("forget_gate");
    const auto g = part("candidate_tanh", {part("candidate", {both})});
    const auto o = gate("output_gate");
    const auto c = part("cell_state", {part("keep", {states[1], f}), part("add", {g, i})});
    const auto emitted = part("emit", {part("cell_state_tanh", {c}), o});
    return {shape_.proj_size ? part("projection", {emitted}) : emitted, c};
  }
  if (shape_.recurrence == Recurrence::gru) {
    const auto r = gate("reset_gate"), z = gate("update_gate");
    const auto n = part("candidate_tanh", {part("candidate", {both, r})});
    return {part("hidden_state", {part("keep", {h, z}), part("renew", {n, 1 - z})})};
  }
  const auto activation = shape_.recurrence == Recurrence::rnn_relu ? "hidden_state_relu" : "hidden_state_tanh";
  return {part(activation, {part("hidden_state", {both})})};
}

Tensors UnrolledStep::forward_list(const Tensors& inputs) {
  if (inputs.empty()) throw std::invalid_argument(type_name() + " takes an input, none was given");
  const auto input = read_recurrent_input(shape_, inputs, inputs[0].scalar_type());
  Tensors states;
  for (const auto& state : input.states) states.push_back(state[0]);
  auto after = step(input.sequence[0], states);
  for (auto& state : after) state = input.batched ? state : state.squeeze(0);
  return after;
}

}  // namespace jennit
