#include "replay.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <algorithm>
#include <mutex>

namespace jennit {

namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

class ReplayNode final : public torch::autograd::Node {
 public:
  ReplayNode(std::function<Tensors(const Tensors&)> forward, const Tensors& inputs) : forward_(std::move(forward)) {
    for (const auto& input : inputs) inputs_.emplace_back(input, /*is_output=*/false);
    set_next_edges(torch::autograd::collect_next_edges(inputs));
  }

  std::string name() const override { return "Replay"; }

  variable_list apply(variable_list&& gradients) override {
    variable_list result(inputs_.size());
    Tensors cotangents;
    for (const auto& gradient : gradients)
      if (gradient.defined()) cotangents.push_back(gradient);
    if (cotangents.empty()) return result;
    std::lock_guard<std::mutex> lock(mutex_);
    const bool create_graph = at::GradMode::is_enabled();
    torch::AutoGradMode record(true);
    Tensors inputs, differentiable, reached;
    for (const auto& saved : inputs_) {
      auto input = saved.unpack();
      // A leaf of this replay's own, unless its derivative is to be derived again.
      if (input.requires_grad() && !create_graph) input = input.detach().requires_grad_();
      if (input.requires_grad()) differentiable.push_back(input);
      inputs.push_back(std::move(input));
    }
    const auto outputs = forward_(inputs);
    for (size_t i = 0; i < gradients.size(); ++i)
      if (gradients[i].defined()) reached.push_back(outputs[i]);
    const auto found = torch::autograd::grad(reached, differentiable, cotangents, /*retain_graph=*/create_graph,
                                             create_graph, /*allow_unused=*/true);
    auto next = found.begin();
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].requires_grad()) result[i] = *next++;
    return result;
  }

  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto& input : inputs_) input.reset_data();
  }

 private:
  std::function<Tensors(const Tensors&)> forward_;
  std::mutex mutex_;
  std::vector<SavedVariable> inputs_;
};

}  // namespace

Tensors replayed(const std::function<Tensors(const Tensors&)>& forward, const Tensors& inputs) {
  Tensors outputs;
  {
    torch::NoGradGuard unrecorded;
    outputs = forward(inputs);
  }
  const bool recorded = at::GradMode::is_enabled() &&
                        std::any_of(inputs.begin(), inputs.end(), [](const Tensor& t) { return t.requires_grad(); });
  if (!recorded) return outputs;
  std::shared_ptr<ReplayNode> node(new ReplayNode(forward, inputs), torch::autograd::deleteNode);
  for (auto& output : outputs) {
    output = output.detach();
    torch::autograd::set_history(output, node);
  }
  return outputs;
}

}  // namespace jennit
