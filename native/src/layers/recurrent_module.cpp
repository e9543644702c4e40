#include "recurrent_module.h"

#include <cmath>

#include "replay.h"

namespace jennit {

namespace {

std::vector<int64_t> sizes_of(const RecurrentShape& shape, int64_t layer, const std::string& name) {
  const auto rows = shape.blocks() * shape.hidden_size;
  if (name.rfind("weight_ih", 0) == 0) return {rows, shape.layer_input_size(layer)};
  if (name.rfind("weight_hh", 0) == 0) return {rows, shape.output_size()};
  if (name.rfind("weight_hr", 0) == 0) return {shape.proj_size, shape.hidden_size};
  return {rows};
}

/// One step by the kernel of torch's cell: the states after it.
Tensors step(const RecurrentShape& shape, const Tensor& x, const Tensors& states, const Tensors& weights) {
  const auto b_ih = shape.bias ? std::optional<Tensor>(weights[2]) : std::nullopt;
  const auto b_hh = shape.bias ? std::optional<Tensor>(weights[3]) : std::nullopt;
  switch (shape.recurrence) {
    case Recurrence::rnn_tanh:
      return {at::rnn_tanh_cell(x, states[0], weights[0], weights[1], b_ih, b_hh)};
    case Recurrence::rnn_relu:
      return {at::rnn_relu_cell(x, states[0], weights[0], weights[1], b_ih, b_hh)};
    case Recurrence::gru:
      return {at::gru_cell(x, states[0], weights[0], weights[1], b_ih, b_hh)};
    case Recurrence::lstm:
      break;
  }
  const auto [h, c] = at::lstm_cell(x, states, weights[0], weights[1], b_ih, b_hh);
  return {h, c};
}

}  // namespace

RecurrentModule::RecurrentModule(std::string type, std::string repr, const RecurrentShape& shape)
    : WeightedModule(std::move(type), std::move(repr)), shape_(shape) {
  const auto bound = 1 / std::sqrt(static_cast<double>(shape.hidden_size));
  for (int64_t layer = 0; layer < shape.num_layers; ++layer)
    for (int64_t direction = 0; direction < shape.directions(); ++direction)
      for (const auto& name : shape.parameter_names(layer, direction))
        add_weight(name, sizes_of(shape, layer, name), bound);
}

Tensors RecurrentModule::forward_list(const Tensors& inputs) {
  const bool training = is_training();
  // What dropout draws cannot be drawn again.
  const bool draws = training && shape_.dropout > 0 && shape_.num_layers > 1;
  const auto read = weights();
  if (!has_rule() || draws) return run(inputs, read, training);
  auto all = inputs;
  all.insert(all.end(), read.begin(), read.end());
  const auto self = std::static_pointer_cast<const RecurrentModule>(shared_from_this());
  const auto count = static_cast<int64_t>(inputs.size());
  return replayed(
      [=](const Tensors& tensors) {
        const auto weights = tensors.begin() + count;
        return self->run({tensors.begin(), weights}, {weights, tensors.end()}, training);
      },
      all);
}

Tensors RecurrentModule::run(const Tensors& inputs, const Tensors& weights, bool training) const {
  const auto input = read_recurrent_input(shape_, inputs, weights[0].scalar_type());
  if (shape_.is_cell) {
    Tensors states;
    for (const auto& state : input.states) states.push_back(state[0]);
    auto after = step(shape_, input.sequence[0], states, weights);
    for (auto& state : after) state = input.batched ? state : state.squeeze(0);
    return after;
  }
  auto outputs = run_recurrent(shape_, shape_.num_layers, input, weights, training);
  outputs[0] = sequence_as_given(shape_, outputs[0], input.batched);
  for (size_t i = 1; i < outputs.size(); ++i) outputs[i] = state_as_given(shape_, outputs[i], input.batched);
  return outputs;
}

}  // namespace jennit
