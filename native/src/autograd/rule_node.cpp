#include <jennit/batched_gradients.h>
#include <jennit/call_state.h>
#include <jennit/errors.h>
#include <jennit/layers.h>
#include <jennit/normalization.h>
#include <jennit/relevance_marker.h>
#include <jennit/rule_node.h>
#include <jennit/tree.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/graph_task.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "recording.h"

namespace jennit {

namespace {

using torch::autograd::Edge;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

int64_t next_relevance_id() {
  static std::atomic<int64_t> next{1};
  return next++;
}

std::vector<SavedVariable> saved(const Tensors& tensors, bool wanted) {
  std::vector<SavedVariable> result;
  if (wanted)
    for (const auto& tensor : tensors) result.emplace_back(tensor, /*is_output=*/false);
  return result;
}

Tensors unpacked(const std::vector<SavedVariable>& tensors) {
  Tensors result;
  for (const auto& tensor : tensors) result.push_back(tensor.unpack());
  return result;
}

/// One pass over the values: a sum is finite only where they are. It may overflow though they are.
bool is_finite(const Tensor& values) {
  return (!values.is_complex() && std::isfinite(values.sum().item<double>())) ||
         at::isfinite(values).all().item<bool>();
}

/// Layers whose own derivative keeps the input, so that to keep it costs nothing, and that take one pass over it. What
/// they answer is made again where a rule reads its values, instead of being kept beside the input.
bool is_cheap(const Callable& callable) {
  if (callable.is_overridden() || callable.works_in_place()) return false;
  for (const auto* type : {"GELU", "SiLU", "QuickGELU", "Mish", "Hardswish", "LayerNorm", "GroupNorm"})
    if (is_layer(callable, type)) return true;
  return dynamic_cast<const RootMeanSquare*>(&callable) != nullptr;
}

/// Of one tensor that is worth its memory.
bool is_large(const Tensors& tensors) {
  constexpr size_t smallest = size_t{1} << 20;
  return tensors.size() == 1 && tensors[0].defined() && tensors[0].nbytes() >= smallest;
}

bool carries_relevance(const Tensor& output, const Recording& recording) {
  if (!recording.without_graph) return output.requires_grad();
  return output.defined() && torch::autograd::isDifferentiableType(output.scalar_type());
}

/// Whether a thread of this state sees that overlay, null being the tree as it is, and records all.
bool sees(const CallState* state, const std::shared_ptr<Overlay>& overlay) {
  return state ? state->overlay == overlay && !state->building && !state->relevance_alone : !overlay;
}

/// Stands over a module's outputs, those that carry a gradient, with an edge to each input and one to each of the
/// module's own outputs.
/// In a relevance pass the inputs get the rule's relevance and the own outputs nothing, so that the module's own
/// backward is skipped. In a pass that differentiates a relevance, or while the scope is inactive, the own outputs get
/// the gradient unchanged: the true derivative. Where the module's own graph was left out, such a pass is refused.
class RuleNode final : public torch::autograd::Node, public MayRefuseBatches, public HandsRelevance {
 public:
  RuleNode(Recording recording, Callable& callable, const Tensors& inputs, const Tensors& outputs)
      : recording_(std::move(recording)), callable_(callable), training_(callable.module().is_training()) {
    const auto needs = recording_.registered->rule->needs(callable);
    remakes_output_ = is_large(outputs) && is_cheap(callable);
    wants_output_again_ = remakes_output_ && needs.output && needs.values_alone;
    if (needs.input && needs.values_alone && !remakes_output_ && is_large(inputs))
      maker_ = maker_of(inputs[0], recording_.input_edges[0]);
    inputs_ = saved(inputs, (needs.input && !maker_) || remakes_output_);
    outputs_ = saved(outputs, needs.output && !wants_output_again_);
    if (needs.parameters || remakes_output_)
      for (const auto& name : callable.parameter_names())
        if (const auto tensor = callable.parameter(name); tensor.defined())
          parameters_.emplace_back(name, SavedVariable(tensor, false));
    pin();
    kept_ = saved(recording_.registered->rule->save(inputs, outputs), true);
    tensors_.amount(static_cast<int64_t>(inputs_.size() + outputs_.size() + parameters_.size() + kept_.size()));
    auto edges = recording_.input_edges;
    for (const auto& output : outputs) {
      const bool carries = carries_relevance(output, recording_);
      output_forms_.push_back({output.sizes().vec(), output.options(), carries});
      if (carries && !recording_.without_graph) edges.push_back(torch::autograd::impl::gradient_edge(output));
    }
    set_next_edges(std::move(edges));
  }

  std::string name() const override { return "Rule" + recording_.registered->rule->name(); }
  bool refuses_batches() const override { return !recording_.registered->rule->takes_batches(); }
  int64_t relevance_id() const override { return relevance_id_; }
  uint32_t relevance_edges() const override { return static_cast<uint32_t>(recording_.input_edges.size()); }

  variable_list apply(variable_list&& gradients) override {
    const auto inputs = recording_.input_sizes.size();
    variable_list result(num_outputs());
    const auto* state = CallState::if_any();
    const bool inactive = state && state->inactive->holds(recording_.registered->scope.get());
    const bool is_true_gradient = inactive || differentiates_relevance(*this);
    if (recording_.without_graph && (is_true_gradient || at::GradMode::is_enabled())) refuse_other_passes();
    if (is_true_gradient) {
      std::move(gradients.begin(), gradients.end(), result.begin() + static_cast<int64_t>(inputs));
      return result;
    }
    if (std::none_of(gradients.begin(), gradients.end(), [](const Tensor& g) { return g.defined(); })) return result;
    std::lock_guard<std::mutex> lock(mutex_);
    try {
      std::optional<Entering> as_recorded;
      if (!sees(state, recording_.overlay)) as_recorded.emplace(recording_.overlay);
      const bool check_finite = recording_.registered->scope->check_finite || (state && state->check_finite);
      const auto call = unpack(std::move(gradients));
      auto relevance = recording_.registered->rule->relevance(call);
      if (relevance.size() > inputs)
        throw std::invalid_argument("it answered " + std::to_string(relevance.size()) + " relevances, but the module " +
                                    "was called with " + std::to_string(inputs));
      for (size_t i = 0; i < relevance.size(); ++i) {
        if (!call.receives[i]) continue;
        // What was handed on as it came was looked at where it was made.
        const bool made_here = std::none_of(call.upper.begin(), call.upper.end(),
                                            [&](const Tensor& upper) { return upper.is_same(relevance[i]); });
        check(relevance[i], i, check_finite && made_here);
        result[i] = at::GradMode::is_enabled() ? mark_relevance(relevance[i], relevance_id_) : relevance[i];
      }
    } catch (const std::exception& e) {
      throw Error("rule " + recording_.registered->rule->name() + " of " + where() + ": " + message_of(e), e);
    }
    return result;
  }

  /// What stands in for the output from now on.
  void handed_out(const Tensor& output) { output_version_ = output._version(); }

  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex_);
    inputs_.clear();
    outputs_.clear();
    parameters_.clear();
    kept_.clear();
    memory_.clear();
    tensors_.amount(0);
    released_ = true;
  }

 private:
  /// A rule may call the module again, and the module what is below it.
  void pin() {
    if (auto rule = recording_.registered->rule->pin()) pins_.push_back(std::move(rule));
    if (callable_.seen_modules().empty()) return callable_.pin(pins_);
    pin_tree(*recording_.module, pins_);
    if (recording_.overlay) recording_.overlay->pin(pins_);
  }

  /// The rule node that can make `input` again, or null. What was written to since it was made, without a record of it,
  /// cannot be made again.
  static RuleNode* maker_of(const Tensor& input, const Edge& edge) {
    auto* maker = dynamic_cast<RuleNode*>(edge.function.get());
    return maker && maker->remakes_output_ && maker->output_version_ == input._version() ? maker : nullptr;
  }

  /// The output of a layer that remakes it; with history where one is recorded.
  Tensor output_again() {
    if (released_) refuse_second_pass();
    NamedTensors parameters;
    for (const auto& [name, tensor] : parameters_) parameters[name] = tensor.unpack();
    return callable_.forward_with(unpacked(inputs_), parameters).at(0);
  }

  /// For the rule of the next layer, within its pass.
  Tensor output_for_next() {
    std::lock_guard<std::mutex> lock(mutex_);
    const Entering as_recorded(recording_.overlay);
    return output_again();
  }

  [[noreturn]] static void refuse_second_pass() {
    throw std::invalid_argument(
        "the relevance was propagated through this graph before, and its tensors are freed: pass RETAIN_GRAPH to the "
        "first pass");
  }

  [[noreturn]] void refuse_other_passes() const {
    throw Error(where() + " was called for relevance alone, and what other passes need of it was not recorded: " +
                "create_graph(true) of the attributor records it, for gradients of relevance and for inactive rules");
  }

  std::string where() const {
    const auto& path = recording_.registered->path;
    return (path.empty() ? "the root" : "module '" + path + "'") + " (" + callable_.type_name() + ")";
  }

  RuleCall unpack(variable_list&& gradients) {
    if (released_) refuse_second_pass();
    RuleCall call(callable_);
    call.is_overridden = recording_.is_overridden;
    call.training = training_;
    call.inputs = maker_ ? Tensors{maker_->output_for_next()} : unpacked(inputs_);
    call.outputs = wants_output_again_ ? Tensors{output_again()} : unpacked(outputs_);
    for (const auto& [name, tensor] : parameters_) call.parameters[name] = tensor.unpack();
    call.saved = unpacked(kept_);
    call.upper = upper(std::move(gradients));
    call.input_sizes = recording_.input_sizes;
    call.input_options = recording_.input_options;
    for (const auto& edge : recording_.input_edges) call.receives.push_back(edge.is_valid());
    call.recorded = at::GradMode::is_enabled();
    if (call.recorded) return call;
    call.derived_before = recording_.registered->small_layer.derived(call.parameters);
    if (torch::autograd::get_current_graph_task_keep_graph()) call.memory = &memory_;
    return call;
  }

  /// The gradients, each at the place of its output.
  Tensors upper(variable_list&& gradients) const {
    Tensors result;
    auto next = gradients.begin();
    for (const auto& form : output_forms_) {
      result.emplace_back();
      if (!form.carries_gradient) continue;
      result.back() = next->defined() ? std::move(*next) : at::zeros(form.sizes, form.options);
      ++next;
    }
    return result;
  }

  void check(const Tensor& relevance, size_t index, bool finite) const {
    if (!relevance.defined()) return;
    const at::IntArrayRef expected = recording_.input_sizes[index];
    if (relevance.sizes() != expected)
      throw std::invalid_argument("its relevance has the shape " + c10::str(relevance.sizes()) +
                                  ", but the input has " + c10::str(expected));
    if (finite && !is_finite(whole_batch(relevance)))
      throw std::invalid_argument(
          "its relevance is not finite: a larger stabilizer, or another rule, is needed for this module");
  }

  struct OutputForm {
    std::vector<int64_t> sizes;
    at::TensorOptions options;
    bool carries_gradient;
  };

  const live::Mark mark_{live::Kind::rule_node};
  live::Mark tensors_{live::Kind::tensor, 0};
  const int64_t relevance_id_ = next_relevance_id();
  Recording recording_;
  Callable& callable_;
  const bool training_;
  /// Whether the output can be made again from what is kept, and whether this node's own rule is given it so.
  bool remakes_output_ = false, wants_output_again_ = false;
  int64_t output_version_ = 0;
  /// Makes the input again, where it is not kept. The first edge holds it.
  RuleNode* maker_ = nullptr;
  std::mutex mutex_;
  Pins pins_;
  std::vector<SavedVariable> inputs_, outputs_, kept_;
  std::vector<std::pair<std::string, SavedVariable>> parameters_;
  NamedTensors memory_;
  std::vector<OutputForm> output_forms_;
  bool released_ = false;
};

}  // namespace

void stand_over(Recording recording, Callable& callable, const Tensors& inputs, Tensors& outputs) {
  std::vector<bool> carry;
  for (const auto& output : outputs) carry.push_back(carries_relevance(output, recording));
  std::shared_ptr<RuleNode> node(new RuleNode(std::move(recording), callable, inputs, outputs),
                                 torch::autograd::deleteNode);
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!carry[i]) continue;
    auto taken = outputs[i].detach();
    torch::autograd::set_history(taken, node);
    node->handed_out(taken);
    outputs[i] = taken;
  }
}

bool is_rule_output(const at::TensorBase& tensor) {
  if (!tensor.requires_grad()) return false;
  if (tensor.is_view() && is_rule_output(tensor._base())) return true;
  return dynamic_cast<RuleNode*>(tensor.grad_fn().get()) != nullptr;
}

}  // namespace jennit
