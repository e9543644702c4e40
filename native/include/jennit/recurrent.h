#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// What one step of a recurrent layer computes.
enum class Recurrence { rnn_tanh, rnn_relu, lstm, gru };

/// The geometry of a recurrent layer or cell, without the tensors.
struct RecurrentShape {
  Recurrence recurrence = Recurrence::rnn_tanh;
  int64_t input_size = 1, hidden_size = 1;
  /// Of an LSTM's output; 0: it is not projected.
  int64_t proj_size = 0;
  int64_t num_layers = 1;
  bool bias = true, batch_first = false, bidirectional = false;
  /// Between the layers of a stack, while training.
  double dropout = 0;
  /// One step, of (samples, features); the parameters' names have no ending.
  bool is_cell = false;

  bool is_lstm() const { return recurrence == Recurrence::lstm; }
  int64_t directions() const { return bidirectional ? 2 : 1; }
  /// Features of a hidden state.
  int64_t output_size() const { return proj_size > 0 ? proj_size : hidden_size; }
  int64_t layer_input_size(int64_t layer) const { return layer ? output_size() * directions() : input_size; }
  /// Features of each state: h, and c of an LSTM.
  std::vector<int64_t> state_sizes() const;
  /// Blocks of rows in weight_ih and weight_hh: i, f, g, o of an LSTM; r, z, n of a GRU.
  int64_t blocks() const;
  /// "_l0", "_l0_reverse", "_l1", ...; "" for a cell.
  std::string ending(int64_t layer, int64_t direction) const;
  /// Torch's names of the parameters of one layer in one direction, in torch's order.
  std::vector<std::string> parameter_names(int64_t layer, int64_t direction) const;
  /// Of all layers and directions, in torch's order.
  std::vector<std::string> parameter_names() const;
};

/// The half of a node that says that it is an RNN, LSTM, GRU or one of their cells. Their inputs: the sequence; then
/// the initial states, all or none; then, for layers whose samples have lengths of their own, one integer for each.
/// Their outputs: the sequence and the final states; of cells, the states alone.
class Recurrent {
 public:
  virtual ~Recurrent() = default;
  virtual const RecurrentShape& shape() const = 0;
};

/// The inputs of one call, read and checked: there is a batch, and time comes first.
struct RecurrentInput {
  /// (steps, samples, features).
  Tensor sequence;
  /// h_0, and c_0 of an LSTM, each (layers * directions, samples, features); zeros where none were given.
  Tensors states;
  /// How many steps each sample has, int64 on the CPU; undefined: all of them.
  Tensor lengths;
  /// Whether the caller gave a batch.
  bool batched = true;
};

/// Throws std::invalid_argument, in torch's spirit, for inputs that do not fit a layer of this shape and dtype.
RecurrentInput read_recurrent_input(const RecurrentShape& shape, const Tensors& inputs, at::ScalarType dtype);

/// A sequence, or a state, of the caller's in the form above, and back.
Tensor sequence_with_batch(const RecurrentShape& shape, const Tensor& sequence, bool batched);
Tensor sequence_as_given(const RecurrentShape& shape, const Tensor& sequence, bool batched);
Tensor state_with_batch(const RecurrentShape& shape, const Tensor& state, bool batched);
Tensor state_as_given(const RecurrentShape& shape, const Tensor& state, bool batched);

/// The sequence and the final states of `count` layers, by LibTorch's own kernels. `input.states` and `parameters` are
/// those of these layers alone, in torch's order. Where there are lengths, the sequence is as long as the longest and
/// zero after the end of each.
Tensors run_recurrent(const RecurrentShape& shape, int64_t count, const RecurrentInput& input,
                      const Tensors& parameters, bool training);

}  // namespace jennit
