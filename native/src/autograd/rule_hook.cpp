#include <jennit/call_state.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>

#include "dependence.h"
#include "recording.h"

namespace jennit {

namespace {

using torch::autograd::Edge;

bool carries_gradient(const Tensor& tensor) { return tensor.requires_grad(); }

/// Whether a rule that needs this of a module does without the module's own graph. Of a layer it is known that what it
/// answers depends on its input; of other modules the graph alone tells that.
bool does_without_graph(const Rule::Needs& needs, const Callable& callable) {
  if (callable.works_in_place()) return false;
  return needs.values_alone || (!needs.input && !needs.output && is_layer(callable) && callable.seen_modules().empty());
}

class RuleAfter final : public AfterCall {
 public:
  RuleAfter(Recording recording, Callable& callable, Tensors inputs)
      : recording_(std::move(recording)), callable_(callable), inputs_(std::move(inputs)) {}

  bool needs_record() const override { return !recording_.without_graph; }

  void after(Tensors& outputs) override {
    const bool recorded = std::any_of(outputs.begin(), outputs.end(), carries_gradient);
    if (!recorded && !recording_.without_graph) return;
    // Recorded after all, where another hook needs it or a layer answers its input.
    if (recorded) recording_.without_graph = false;
    if (stands_between_several()) leave_out_unreached(outputs);
    stand_over(std::move(recording_), callable_, inputs_, outputs);
  }

 private:
  bool stands_between_several() const { return std::count_if(inputs_.begin(), inputs_.end(), carries_gradient) > 1; }

  /// An input that no output depends on receives nothing.
  void leave_out_unreached(const Tensors& outputs) {
    const auto edges = [](const Tensors& tensors) {
      std::vector<Edge> result;
      for (const auto& tensor : tensors)
        result.push_back(carries_gradient(tensor) ? torch::autograd::impl::gradient_edge(tensor) : Edge());
      return result;
    };
    const auto depends = reached(edges(outputs), edges(inputs_));
    for (size_t i = 0; i < depends.size(); ++i)
      if (!depends[i]) recording_.input_edges[i] = Edge();
  }

  Recording recording_;
  Callable& callable_;
  Tensors inputs_;
};

class RuleHook final : public Hook {
 public:
  RuleHook(std::shared_ptr<Rule> rule, std::string path, std::shared_ptr<RuleScope> scope)
      : registered_(new RegisteredRule{std::move(rule), std::move(path), std::move(scope), {}}) {}

  bool keeps_output() const override { return true; }
  About about() const override { return About::relevance; }
  void pin(Pins& pins) const override {
    if (auto rule = registered_->rule->pin()) pins.push_back(std::move(rule));
  }

  std::unique_ptr<AfterCall> before(Callable& callable, Tensors& inputs) override {
    if (!at::GradMode::is_enabled()) return nullptr;
    const auto& rule = *registered_->rule;
    const auto carriers = std::count_if(inputs.begin(), inputs.end(), carries_gradient);
    if (carriers == 0) return nullptr;
    Recording recording;
    recording.is_overridden = callable.is_overridden();
    // What was a layer for the rule when it was registered may be another function by now.
    if (recording.is_overridden) rule.check(callable);
    const auto* state = CallState::if_any();
    recording.registered = registered_;
    recording.module = callable.module().shared_from_this();
    if (state) recording.overlay = state->overlay;
    for (size_t i = 0; i < inputs.size(); ++i) {
      auto& input = inputs[i];
      const bool receives = carries_gradient(input) && (rule.chooses_inputs() || callable.takes_relevance(i));
      recording.input_edges.push_back(receives ? torch::autograd::impl::gradient_edge(input) : Edge());
      // A mask that may be left out is undefined.
      recording.input_sizes.push_back(input.defined() ? input.sizes().vec() : std::vector<int64_t>());
      recording.input_options.push_back(input.defined() ? input.options() : at::TensorOptions());
      // One input may be made of another, or stand twice: the module's own gradient by each ends in a node of its own.
      if (carriers > 1 && receives) input = at::alias(input);
    }
    recording.without_graph = carriers == 1 && !recording.is_overridden && state && state->relevance_alone &&
                              !state->inactive->holds(registered_->scope.get()) &&
                              does_without_graph(rule.needs(callable), callable);
    return std::make_unique<RuleAfter>(std::move(recording), callable, inputs);
  }

 private:
  const std::shared_ptr<RegisteredRule> registered_;
};

}  // namespace

std::shared_ptr<Hook> rule_hook(std::shared_ptr<Rule> rule, std::string path, std::shared_ptr<RuleScope> scope) {
  return std::make_shared<RuleHook>(std::move(rule), std::move(path), std::move(scope));
}

}  // namespace jennit
