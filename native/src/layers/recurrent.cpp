#include "checks.h"
#include "layer.h"
#include "recurrent_module.h"

namespace jennit {

namespace {

Recurrence recurrence_of(const std::string& type, const Options& options) {
  if (type.rfind("LSTM", 0) == 0) return Recurrence::lstm;
  if (type.rfind("GRU", 0) == 0) return Recurrence::gru;
  const auto nonlinearity = options.text("nonlinearity", "tanh");
  if (nonlinearity == "tanh") return Recurrence::rnn_tanh;
  if (nonlinearity == "relu") return Recurrence::rnn_relu;
  throw std::invalid_argument("option 'nonlinearity' must be tanh or relu, but is '" + nonlinearity + "'");
}

RecurrentShape shape_of_step(const std::string& type, const Options& options) {
  RecurrentShape shape;
  shape.recurrence = recurrence_of(type, options);
  shape.input_size = at_least_1(options.integer("input_size"), "input_size");
  shape.hidden_size = at_least_1(options.integer("hidden_size"), "hidden_size");
  shape.bias = options.flag("bias", true);
  return shape;
}

ModulePtr make_layer_of_steps(const std::string& type, const Options& options) {
  auto shape = shape_of_step(type, options);
  shape.num_layers = at_least_1(options.integer("num_layers", 1), "num_layers", most_layers);
  shape.batch_first = options.flag("batch_first", false);
  shape.bidirectional = options.flag("bidirectional", false);
  shape.dropout =
      checked(options.number("dropout", 0), "dropout", "from 0 to 1", [](double p) { return p >= 0 && p <= 1; });
  if (shape.is_lstm())
    shape.proj_size = checked(options.integer("proj_size", 0), "proj_size", "from 0 to below hidden_size",
                              [&](int64_t size) { return size >= 0 && size < shape.hidden_size; });
  const auto repr = Repr()
                        .value(shape.input_size)
                        .value(shape.hidden_size)
                        .unless("proj_size", shape.proj_size, int64_t{0})
                        .unless("num_layers", shape.num_layers, int64_t{1})
                        .unless("bias", shape.bias, true)
                        .unless("batch_first", shape.batch_first, false)
                        .unless("dropout", shape.dropout, 0.0)
                        .unless("bidirectional", shape.bidirectional, false)
                        .str();
  return std::make_shared<RecurrentModule>(type, repr, shape);
}

ModulePtr make_cell(const std::string& type, const Options& options) {
  auto shape = shape_of_step(type, options);
  shape.is_cell = true;
  Repr repr;
  repr.value(shape.input_size).value(shape.hidden_size).unless("bias", shape.bias, true);
  if (shape.recurrence == Recurrence::rnn_relu) repr.named("nonlinearity", std::string("relu"));
  return std::make_shared<RecurrentModule>(type, repr.str(), shape);
}

const Registration recurrent_layers[] = {
    {"RNN", make_layer_of_steps}, {"LSTM", make_layer_of_steps}, {"GRU", make_layer_of_steps},
    {"RNNCell", make_cell},       {"LSTMCell", make_cell},       {"GRUCell", make_cell},
};

}  // namespace

}  // namespace jennit
