#include <jennit/layers.h>
#include <jennit/unrolled.h>

#include "unrolled_step.h"

namespace jennit {

namespace {

NamedTensors weights_of(Callable& layer, const RecurrentShape& shape, const std::string& ending) {
  NamedTensors weights;
  RecurrentShape cell = shape;
  cell.is_cell = true;
  for (const auto& name : cell.parameter_names(0, 0)) weights[name] = layer.parameter(name + ending);
  return weights;
}

/// All layers and directions of a recurrent layer, each a step that is called over and over.
class Unrolled final : public torch::nn::Module, public Callable {
 public:
  Unrolled(Callable& layer, const RecurrentShape& shape)
      : type_("Unrolled" + layer.type_name()), repr_(layer.extra_repr()), shape_(shape) {
    for (int64_t index = 0; index < shape.num_layers; ++index)
      for (int64_t direction = 0; direction < shape.directions(); ++direction) {
        const auto ending = shape.ending(index, direction);
        register_module(ending.substr(1), std::make_shared<UnrolledStep>(shape, weights_of(layer, shape, ending)));
      }
    if (shape.dropout > 0 && shape.num_layers > 1) {
      Options options;
      options.set("p", shape.dropout);
      register_module("dropout", make_layer("Dropout", options));
    }
  }

  std::string type_name() const override { return type_; }
  std::string extra_repr() const override { return repr_; }
  torch::nn::Module& module() override { return *this; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (inputs.empty()) throw std::invalid_argument(type_ + " takes an input, none was given");
    auto input = read_recurrent_input(shape_, inputs, inputs[0].scalar_type());
    Tensor mask;
    if (input.lengths.defined()) {
      input.sequence = input.sequence.slice(0, 0, input.lengths.max().item<int64_t>());
      const auto lengths = input.lengths.to(input.sequence.device());
      mask = (at::arange(input.sequence.size(0), lengths.options()).unsqueeze(1) < lengths).unsqueeze(2);
      input.sequence = input.sequence.masked_fill(mask.logical_not(), 0);
    }
    std::vector<Tensors> last(input.states.size());
    for (int64_t layer = 0; layer < shape_.num_layers; ++layer) {
      Tensors sequences;
      for (int64_t direction = 0; direction < shape_.directions(); ++direction) {
        Tensors states;
        for (const auto& state : input.states) states.push_back(state[layer * shape_.directions() + direction]);
        sequences.push_back(run(layer, direction, input.sequence, mask, states));
        for (size_t i = 0; i < states.size(); ++i) last[i].push_back(states[i]);
      }
      input.sequence = at::cat(sequences, 2);
      if (layer + 1 < shape_.num_layers && shape_.dropout > 0)
        input.sequence = callable(*seen_child("dropout")).call({input.sequence}).at(0);
    }
    Tensors outputs{sequence_as_given(shape_, input.sequence, input.batched)};
    for (const auto& states : last) outputs.push_back(state_as_given(shape_, at::stack(states), input.batched));
    return outputs;
  }

 private:
  /// The hidden states at every step; `states` are replaced by those at the end of each sample.
  Tensor run(int64_t layer, int64_t direction, const Tensor& sequence, const Tensor& mask, Tensors& states) {
    auto& step = callable(*seen_child(shape_.ending(layer, direction).substr(1)));
    const auto inputs = sequence.unbind(0);
    const auto count = static_cast<int64_t>(inputs.size());
    Tensors outputs(count);
    for (int64_t i = 0; i < count; ++i) {
      const auto t = direction ? count - 1 - i : i;
      Tensors arguments{inputs[t]};
      arguments.insert(arguments.end(), states.begin(), states.end());
      auto next = step.call(arguments);
      outputs[t] = next.at(0);
      if (mask.defined()) {
        outputs[t] = next[0].masked_fill(mask[t].logical_not(), 0);
        for (size_t k = 0; k < states.size(); ++k) next[k] = at::where(mask[t], next.at(k), states[k]);
      }
      states = std::move(next);
    }
    return at::stack(outputs);
  }

  std::string type_, repr_;
  RecurrentShape shape_;
};

}  // namespace

ModulePtr unroll(torch::nn::Module& recurrent) {
  auto& layer = callable(recurrent);
  const auto* half = dynamic_cast<const Recurrent*>(&recurrent);
  if (!half) throw std::invalid_argument("a " + layer.type_name() + " is not recurrent and cannot be unrolled");
  const auto& shape = half->shape();
  ModulePtr unrolled;
  if (shape.is_cell)
    unrolled = std::make_shared<UnrolledStep>(shape, weights_of(layer, shape, ""));
  else
    unrolled = std::make_shared<Unrolled>(layer, shape);
  for (const auto& parameter : recurrent.named_parameters(/*recurse=*/false))
    unrolled->register_parameter(parameter.key(), parameter.value(), parameter.value().requires_grad());
  unrolled->train(recurrent.is_training());
  return unrolled;
}

}  // namespace jennit
