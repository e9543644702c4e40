#include <jennit/recurrent.h>

namespace jennit {

namespace {

/// A stack on sequences of one length, or with `batch_sizes` on packed ones.
Tensors run_stack(const RecurrentShape& shape, int64_t count, const Tensor& sequence, const Tensor& batch_sizes,
                  const Tensors& states, const Tensors& parameters, bool training) {
  const auto one_state = [&](auto function) -> Tensors {
    const auto [output, h] = batch_sizes.defined() ? function(sequence, batch_sizes, states[0], parameters, shape.bias,
                                                              count, shape.dropout, training, shape.bidirectional)
                                                   : function(sequence, states[0], parameters, shape.bias, count,
                                                              shape.dropout, training, shape.bidirectional,
                                                              /*batch_first=*/false);
    return {output, h};
  };
  switch (shape.recurrence) {
    case Recurrence::rnn_tanh:
      return one_state([](auto&&... arguments) { return at::rnn_tanh(arguments...); });
    case Recurrence::rnn_relu:
      return one_state([](auto&&... arguments) { return at::rnn_relu(arguments...); });
    case Recurrence::gru:
      return one_state([](auto&&... arguments) { return at::gru(arguments...); });
    case Recurrence::lstm:
      break;
  }
  const auto [output, h, c] = batch_sizes.defined()
                                  ? at::lstm(sequence, batch_sizes, states, parameters, shape.bias, count,
                                             shape.dropout, training, shape.bidirectional)
                                  : at::lstm(sequence, states, parameters, shape.bias, count, shape.dropout, training,
                                             shape.bidirectional, /*batch_first=*/false);
  return {output, h, c};
}

Tensors in_order(const Tensors& states, const Tensor& order) {
  Tensors ordered;
  for (const auto& state : states) ordered.push_back(state.index_select(1, order));
  return ordered;
}

}  // namespace

Tensors run_recurrent(const RecurrentShape& shape, int64_t count, const RecurrentInput& input,
                      const Tensors& parameters, bool training) {
  if (!input.lengths.defined()) return run_stack(shape, count, input.sequence, {}, input.states, parameters, training);
  // As pack_padded_sequence(enforce_sorted=False) and pad_packed_sequence.
  const auto device = input.sequence.device();
  const auto [lengths, order] = input.lengths.sort(0, /*descending=*/true);
  const auto sorted = order.to(device), original = order.argsort().to(device);
  const auto [packed, batch_sizes] =
      at::_pack_padded_sequence(input.sequence.index_select(1, sorted), lengths, /*batch_first=*/false);
  const auto outputs =
      run_stack(shape, count, packed, batch_sizes, in_order(input.states, sorted), parameters, training);
  const auto padded = std::get<0>(at::_pad_packed_sequence(outputs[0], batch_sizes, /*batch_first=*/false,
                                                           /*padding_value=*/0.0, lengths[0].item<int64_t>()));
  auto result = in_order({outputs.begin() + 1, outputs.end()}, original);
  result.insert(result.begin(), padded.index_select(1, original));
  return result;
}

}  // namespace jennit
