#include <jennit/coverage.h>
#include <jennit/errors.h>
#include <jennit/layers.h>
#include <jennit/relevance_marker.h>
#include <jennit/tree.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "graph_nodes.h"
#include "tree/call_log.h"

namespace jennit {

namespace {

using torch::autograd::Node;
/// Held, since the node that stands for a leaf lives no longer than somebody holds it.
using Inputs = std::unordered_set<std::shared_ptr<Node>>;

/// The part of a graph that relevance goes through, from the outputs to the inputs.
class RelevancePaths {
 public:
  RelevancePaths(const Tensors& outputs, const Inputs& inputs) {
    for (const auto& input : inputs) inputs_.insert(input.get());
    for (const auto& output : outputs)
      if (output.requires_grad()) visit(torch::autograd::impl::gradient_edge(output).function.get());
    walk();
    keep_what_leads_to_inputs();
  }

  bool reach_the_inputs() const { return !leading_.empty(); }

  bool pass_a_rule() const {
    return std::any_of(leading_.begin(), leading_.end(),
                       [](Node* node) { return dynamic_cast<HandsRelevance*>(node) != nullptr; });
  }

  /// The nodes that are under no rule and change what they hand on, in the order of their making.
  std::vector<Node*> uncovered() const {
    std::vector<Node*> found;
    for (auto* node : leading_) {
      if (inputs_.count(node) || dynamic_cast<HandsRelevance*>(node)) continue;
      const auto operation = operation_of(*node);
      const auto handing = handing_of(operation);
      const bool turns_sign = operation == "sub" && !leads(node->next_edge(0));
      if (handing == Handing::changed || turns_sign || (handing == Handing::unchanged_alone && ways_down(*node) > 1))
        found.push_back(node);
    }
    std::sort(found.begin(), found.end(), [](Node* l, Node* r) { return l->sequence_nr() < r->sequence_nr(); });
    return found;
  }

 private:
  void visit(Node* node) {
    if (node && below_.emplace(node, std::vector<Node*>()).second) next_.push_back(node);
  }

  void walk() {
    while (!next_.empty()) {
      auto* node = next_.back();
      next_.pop_back();
      // What is above the call's own input is not of this call.
      if (inputs_.count(node)) continue;
      const auto* rule = dynamic_cast<HandsRelevance*>(node);
      const auto edges = rule ? rule->relevance_edges() : node->num_outputs();
      std::vector<Node*> below;
      for (uint32_t i = 0; i < edges; ++i)
        if (auto* lower = node->next_edge(i).function.get()) below.push_back(lower);
      for (auto* lower : below) visit(lower);
      below_[node] = std::move(below);
    }
  }

  void keep_what_leads_to_inputs() {
    std::unordered_map<Node*, std::vector<Node*>> above;
    for (const auto& [node, below] : below_)
      for (auto* lower : below) above[lower].push_back(node);
    for (auto* input : inputs_)
      if (below_.count(input) && leading_.insert(input).second) next_.push_back(input);
    while (!next_.empty()) {
      auto* node = next_.back();
      next_.pop_back();
      for (auto* upper : above[node])
        if (leading_.insert(upper).second) next_.push_back(upper);
    }
  }

  bool leads(const torch::autograd::Edge& edge) const { return edge.function && leading_.count(edge.function.get()); }

  int64_t ways_down(Node& node) const {
    const auto& below = below_.at(&node);
    return std::count_if(below.begin(), below.end(), [&](Node* lower) { return leading_.count(lower) > 0; });
  }

  std::unordered_set<Node*> inputs_, leading_;
  std::unordered_map<Node*, std::vector<Node*>> below_;
  std::vector<Node*> next_;
};

/// In training; what is dropped and what is scaled up instead even out.
bool scales_by_chance(const Callable& node) {
  for (const auto* type : {"Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"})
    if (is_layer(node, type)) return true;
  return false;
}

class CoverageHook final : public Hook {
 public:
  CoverageHook(CallbackPtr listener, std::vector<int64_t> known)
      : listener_(std::move(listener)), known_(known.begin(), known.end()) {}

  About about() const override { return About::graph; }
  void pin(Pins& pins) const override { pins.push_back(listener_->pin()); }

  std::unique_ptr<AfterCall> before(Callable& callable, Tensors& inputs) override {
    if (judged_ || !at::GradMode::is_enabled() || CallLog::is_running()) return nullptr;
    Inputs nodes;
    for (const auto& input : inputs)
      if (input.defined() && input.requires_grad()) nodes.insert(torch::autograd::impl::gradient_edge(input).function);
    if (nodes.empty()) return nullptr;
    return std::make_unique<After>(*this, callable, std::move(nodes));
  }

 private:
  class After final : public AfterCall {
   public:
    After(CoverageHook& hook, Callable& root, Inputs inputs) : hook_(hook), root_(root), inputs_(std::move(inputs)) {}
    void after(Tensors& outputs) override {
      if (hook_.judged_.exchange(true)) return;
      const auto verdict = hook_.judge(root_, RelevancePaths(outputs, inputs_), log_);
      if (!verdict.empty()) hook_.listener_->say(verdict);
    }

   private:
    CoverageHook& hook_;
    Callable& root_;
    Inputs inputs_;
    CallLog log_;
  };

  std::string judge(Callable& root, const RelevancePaths& paths, const CallLog& log) const {
    if (!paths.reach_the_inputs())
      return "the model's output does not depend on its input by anything that was recorded: a detach, no_grad or "
             "quantised operations stand between, and the relevance is zero";
    if (!paths.pass_a_rule())
      return "no rule of the composite stands between the model's input and its output, so that the relevance is the "
             "plain gradient: look at the names and types that the composite maps rules to";
    std::vector<std::string> places;
    std::set<std::string> seen;
    for (auto* node : paths.uncovered()) {
      const auto maker = log.maker_of(node->sequence_nr());
      if (known_.count(maker)) continue;
      const auto [path, module] = find_by_id(root.module(), maker);
      const auto* named = dynamic_cast<const Callable*>(module);
      if (named && scales_by_chance(*named)) continue;
      auto place = "'" + operation_of(*node) + "' in " + (path.empty() ? "the root" : "'" + path + "'");
      if (named) place += " (" + named->type_name() + ")";
      if (seen.insert(place).second) places.push_back(std::move(place));
    }
    if (places.empty()) return "";
    constexpr size_t most = 12;
    std::string text = "relevance passes as a mere gradient through operations under no rule: ";
    for (size_t i = 0; i < std::min(places.size(), most); ++i) text += (i ? ", " : "") + places[i];
    if (places.size() > most) text += " and " + std::to_string(places.size() - most) + " more";
    return text + ". Make them modules with a rule, as canonizers do, or say Coverage.IGNORE";
  }

  CallbackPtr listener_;
  std::unordered_set<int64_t> known_;
  std::atomic<bool> judged_{false};
};

}  // namespace

std::shared_ptr<Hook> coverage_hook(CallbackPtr listener, std::vector<int64_t> known) {
  return std::make_shared<CoverageHook>(std::move(listener), std::move(known));
}

}  // namespace jennit
