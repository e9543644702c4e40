#include <jennit/recurrent.h>

#include "checks.h"

namespace jennit {

namespace {

std::string names_of_states(const RecurrentShape& shape) { return shape.is_lstm() ? "h_0 and c_0" : "h_0"; }

void check_dtype(const Tensor& tensor, at::ScalarType dtype, const std::string& name) {
  if (tensor.scalar_type() != dtype)
    refuse(name, " must have the dtype of the parameters, ", dtype, ", but has ", tensor.scalar_type());
}

/// Torch's lengths of a packed sequence: a word on each that it would refuse.
Tensor checked_lengths(const Tensor& lengths, int64_t steps, int64_t samples) {
  if (lengths.dim() != 1 || lengths.size(0) != samples)
    refuse("lengths must be one integer for each of the ", samples, " samples, but have the shape ", lengths.sizes());
  const auto own = lengths.to(at::kCPU, at::kLong).contiguous();
  for (int64_t i = 0; i < samples; ++i) {
    const auto length = own.const_data_ptr<int64_t>()[i];
    if (length < 1 || length > steps)
      refuse("lengths must be from 1 to ", steps, ", the steps of the input, but one is ", length);
  }
  return own;
}

/// The states given, with a batch, or zeros.
Tensors read_states(const RecurrentShape& shape, const Tensors& given, const RecurrentInput& input) {
  const auto sizes = shape.state_sizes();
  const auto samples = input.sequence.size(1), layers = shape.num_layers * shape.directions();
  Tensors states;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (given.empty()) {
      states.push_back(at::zeros({layers, samples, sizes[i]}, input.sequence.options()));
      continue;
    }
    const auto name = i ? "c_0" : "h_0";
    std::vector<int64_t> expected{layers, samples, sizes[i]};
    if (!input.batched) expected.erase(expected.begin() + 1);
    if (shape.is_cell) expected.erase(expected.begin());
    if (given[i].sizes() != at::IntArrayRef(expected))
      refuse("expected ", name, " of size ", at::IntArrayRef(expected), " for this input, got ", given[i].sizes());
    check_dtype(given[i], input.sequence.scalar_type(), name);
    states.push_back(state_with_batch(shape, given[i], input.batched));
  }
  return states;
}

}  // namespace

RecurrentInput read_recurrent_input(const RecurrentShape& shape, const Tensors& inputs, at::ScalarType dtype) {
  auto rest = inputs;
  const bool has_lengths = rest.size() > 1 && at::isIntegralType(rest.back().scalar_type(), false);
  const auto lengths = has_lengths ? rest.back() : Tensor();
  if (has_lengths) rest.pop_back();
  const auto states = shape.state_sizes().size();
  if ((has_lengths && shape.is_cell) || (rest.size() != 1 && rest.size() != 1 + states))
    refuse("it takes an input, then ", names_of_states(shape), " or none",
           shape.is_cell ? "" : ", then the samples' lengths or none", ", but ", inputs.size(), " tensors were given");

  const auto& x = rest[0];
  const int64_t dims = shape.is_cell ? 2 : 3;
  if (x.dim() != dims && x.dim() != dims - 1)
    refuse("expected input to be ", dims - 1, "D or ", dims, "D, got ", x.dim(), "D instead");
  check_dtype(x, dtype, "input");
  if (x.size(-1) != shape.input_size)
    refuse("input.size(-1) must be equal to input_size: expected ", shape.input_size, ", got ", x.size(-1));

  RecurrentInput result;
  result.batched = x.dim() == dims;
  result.sequence = sequence_with_batch(shape, x, result.batched);
  if (result.sequence.size(0) == 0) refuse("expected a sequence of at least one step, got the size ", x.sizes());
  if (has_lengths && !result.batched) refuse("lengths are for an input with a batch, of 3D, but it is of 2D");
  if (has_lengths) result.lengths = checked_lengths(lengths, result.sequence.size(0), result.sequence.size(1));
  result.states = read_states(shape, {rest.begin() + 1, rest.end()}, result);
  return result;
}

Tensor sequence_with_batch(const RecurrentShape& shape, const Tensor& sequence, bool batched) {
  if (shape.is_cell) return state_with_batch(shape, sequence, batched);
  if (!batched) return sequence.unsqueeze(1);
  return shape.batch_first ? sequence.transpose(0, 1) : sequence;
}

Tensor sequence_as_given(const RecurrentShape& shape, const Tensor& sequence, bool batched) {
  if (shape.is_cell) return state_as_given(shape, sequence, batched);
  if (!batched) return sequence.squeeze(1);
  return shape.batch_first ? sequence.transpose(0, 1) : sequence;
}

Tensor state_with_batch(const RecurrentShape& shape, const Tensor& state, bool batched) {
  const auto with_layers = shape.is_cell ? state.unsqueeze(0) : state;
  return batched ? with_layers : with_layers.unsqueeze(1);
}

Tensor state_as_given(const RecurrentShape& shape, const Tensor& state, bool batched) {
  const auto with_layers = batched ? state : state.squeeze(1);
  return shape.is_cell ? with_layers.squeeze(0) : with_layers;
}

}  // namespace jennit
