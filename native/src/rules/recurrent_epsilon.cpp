#include "recurrent_sweep.h"
#include "rule_registry.h"

namespace jennit {

namespace {

/// The parameters of one layer in one direction into a sweep.
void set_weights(RecurrentSweep& sweep, const RuleCall& call, const std::string& ending) {
  sweep.w_ih = call.parameter("weight_ih" + ending);
  sweep.w_hh = call.parameter("weight_hh" + ending);
  sweep.b_ih = call.parameter("bias_ih" + ending);
  sweep.b_hh = call.parameter("bias_hh" + ending);
  sweep.w_hr = call.parameter("weight_hr" + ending);
}

/// One call of a recurrent layer in the time of its relevance.
class Passage {
 public:
  Passage(const RuleCall& call, const RecurrentShape& shape, GateRule gates, const Stabilizer& stabilize)
      : call_(call),
        shape_(shape),
        gates_(gates),
        stabilize_(stabilize),
        input_(read_recurrent_input(shape, call.inputs, call.inputs.at(0).scalar_type())) {
    const auto outputs = sequence_with_batch(shape, call.output(), input_.batched);
    all_steps_ = input_.sequence.size(0);
    // A sequence that is longer than all of its samples was not read to its end.
    input_.sequence = input_.sequence.slice(0, 0, outputs.size(0));
    if (input_.lengths.defined()) {
      lengths_ = input_.lengths.to(outputs.device());
      const auto step = at::arange(outputs.size(0), lengths_.options()).unsqueeze(1);
      mask_ = (step < lengths_).unsqueeze(2);
      // What stands in a padding, even if it is not finite, was not read either.
      input_.sequence = input_.sequence.masked_fill(mask_.logical_not(), 0);
    }
    sequences_.resize(shape.num_layers + 1);
    sequences_.front() = input_.sequence;
    sequences_.back() = outputs;
  }

  Tensors relevance() {
    const auto states = shape_.state_sizes().size();
    auto upper = sequence_with_batch(shape_, call_.upper[0], input_.batched);
    std::vector<Tensors> of_states(states);
    for (auto layer = shape_.num_layers - 1; layer >= 0; --layer) {
      Tensor lower;
      for (auto direction = shape_.directions() - 1; direction >= 0; --direction) {
        const auto swept = sweep(layer, direction, upper);
        lower = lower.defined() ? lower + swept.x : swept.x;
        of_states[0].insert(of_states[0].begin(), swept.h_0);
        if (states == 2) of_states[1].insert(of_states[1].begin(), swept.c_0);
      }
      upper = lower;
    }
    const auto unread = all_steps_ - upper.size(0);
    if (unread > 0) upper = at::constant_pad_nd(upper, {0, 0, 0, 0, 0, unread});
    Tensors result(call_.inputs.size());
    result[0] = sequence_as_given(shape_, upper, input_.batched);
    if (result.size() > states)
      for (size_t i = 0; i < states; ++i)
        result[1 + i] = state_as_given(shape_, at::stack(of_states[i]), input_.batched);
    return result;
  }

 private:
  /// What goes into a layer, or comes out of the last. Between them nothing was kept: the layers are run once more.
  const Tensor& sequence(int64_t layer) {
    auto& result = sequences_[layer];
    if (result.defined()) return result;
    auto part = input_;
    part.sequence = sequence(layer - 1);
    for (auto& state : part.states) state = state.narrow(0, (layer - 1) * shape_.directions(), shape_.directions());
    Tensors parameters;
    for (int64_t direction = 0; direction < shape_.directions(); ++direction)
      for (const auto& name : shape_.parameter_names(layer - 1, direction)) parameters.push_back(call_.parameter(name));
    return result = run_recurrent(shape_, 1, part, parameters, /*training=*/false)[0];
  }

  /// As the direction reads it. A sample is turned round within its own length.
  Tensor in_direction(const Tensor& sequence, int64_t direction) const {
    if (!direction) return sequence;
    if (!lengths_.defined()) return sequence.flip(0);
    const auto step = at::arange(sequence.size(0), lengths_.options()).unsqueeze(1);
    const auto source = at::where(step < lengths_, lengths_ - 1 - step, step);
    return sequence.gather(0, source.unsqueeze(2).expand_as(sequence));
  }

  RecurrentFactors factors(int64_t layer, int64_t direction) {
    const auto index = layer * shape_.directions() + direction;
    RecurrentSweep sweep;
    sweep.x = in_direction(sequence(layer), direction);
    sweep.h = in_direction(of_direction(sequence(layer + 1), direction), direction);
    // A hidden state stands in denominators: where there is none, any but zero will do.
    if (mask_.defined()) sweep.h = sweep.h.masked_fill(mask_.logical_not(), 1);
    sweep.h_0 = input_.states[0][index];
    if (shape_.is_lstm()) sweep.c_0 = input_.states[1][index];
    sweep.mask = mask_;
    set_weights(sweep, call_, shape_.ending(layer, direction));
    return recurrent_factors(shape_.recurrence, sweep, gates_, stabilize_);
  }

  Tensor of_direction(const Tensor& sequence, int64_t direction) const {
    return sequence.narrow(2, direction * shape_.output_size(), shape_.output_size());
  }

  /// Made once for all passes of one graph.
  RecurrentFactors remembered_factors(int64_t layer, int64_t direction) {
    const auto ending = shape_.ending(layer, direction);
    RecurrentFactors result;
    std::optional<RecurrentFactors> made;
    int64_t index = 0;
    for (auto field : RecurrentFactors::fields) {
      result.*field = call_.remembered("factor" + std::to_string(index++) + ending, [&] {
        if (!made) made = factors(layer, direction);
        return *made.*field;
      });
    }
    return result;
  }

  SweptRelevance sweep(int64_t layer, int64_t direction, const Tensor& upper) {
    const auto index = layer * shape_.directions() + direction;
    // A cell's output is its final state.
    const auto final = [&](size_t state) {
      const auto& relevance = call_.upper.at(shape_.is_cell ? state : state + 1);
      return state_with_batch(shape_, relevance, input_.batched)[index];
    };
    const auto h_n = shape_.is_cell ? at::zeros_like(input_.states[0][index]) : final(0);
    auto swept =
        sweep_back(remembered_factors(layer, direction), in_direction(of_direction(upper, direction), direction), h_n,
                   shape_.is_lstm() ? final(1) : Tensor());
    swept.x = in_direction(swept.x, direction);
    return swept;
  }

  const RuleCall& call_;
  const RecurrentShape& shape_;
  GateRule gates_;
  const Stabilizer& stabilize_;
  RecurrentInput input_;
  Tensor lengths_, mask_;
  Tensors sequences_;
  int64_t all_steps_;
};

/// Relevance through time: epsilon in every linear map and sum, unchanged through activations, and shared between gate
/// and signal in every product (Arras et al. 2017 and 2019). Biases stand in denominators alone.
class RecurrentEpsilon final : public Rule {
 public:
  explicit RecurrentEpsilon(const Options& options)
      : stabilize_(Stabilizer::read(options, "epsilon", 1e-3)), gates_(read_gate_rule(options)) {}

  std::string name() const override { return "RecurrentEpsilon"; }
  Needs needs(const Callable&) const override { return {true, true, true}; }

  void check(const Callable& callable) const override {
    if (!dynamic_cast<const Recurrent*>(&callable))
      throw std::invalid_argument("rule RecurrentEpsilon works on RNN, LSTM, GRU and their cells, not on a " +
                                  callable.type_name() + ": use Epsilon there");
  }

  Tensors relevance(const RuleCall& call) const override {
    const auto& shape = dynamic_cast<const Recurrent&>(call.callable).shape();
    if (call.training && shape.dropout > 0 && shape.num_layers > 1)
      throw std::invalid_argument(
          "what dropout left between the layers is not known afterwards: put the module in evaluation mode, or unroll "
          "it with the canonizer UnrollRecurrent");
    return Passage(call, shape, gates_, stabilize_).relevance();
  }

 private:
  Stabilizer stabilize_;
  GateRule gates_;
};

const RuleRegistration recurrent_epsilon{
    "RecurrentEpsilon", [](const Options& options) { return std::make_shared<RecurrentEpsilon>(options); }};

}  // namespace

}  // namespace jennit
