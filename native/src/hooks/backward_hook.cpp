#include <jennit/batched_gradients.h>
#include <jennit/hooks.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include "autograd/per_pass.h"

namespace jennit {

namespace {

using torch::autograd::variable_list;

/// Gradients of one call's outputs, on their way from the node over the outputs to the one under the inputs: for each
/// pass its own, since several threads may differentiate one graph.
using Passing = PerPass<variable_list>;

class OutputNode final : public torch::autograd::Node, public MayRefuseBatches {
 public:
  /// With a callback where no input needs a gradient: there is then nothing further below to wait for.
  OutputNode(std::shared_ptr<Passing> passing, CallbackPtr callback, size_t inputs)
      : passing_(std::move(passing)), callback_(std::move(callback)), inputs_(inputs) {
    if (callback_) pin_ = callback_->pin();
  }
  std::string name() const override { return "BackwardHookOutput"; }
  bool refuses_batches() const override { return true; }
  variable_list apply(variable_list&& gradients) override {
    if (callback_)
      callback_->call(Tensors(inputs_), gradients);
    else
      passing_->put(gradients);
    return std::move(gradients);
  }

 private:
  std::shared_ptr<Passing> passing_;
  CallbackPtr callback_;
  std::shared_ptr<void> pin_;
  size_t inputs_;
};

std::shared_ptr<OutputNode> make_output_node(std::shared_ptr<Passing> passing, CallbackPtr callback, size_t inputs) {
  return {new OutputNode(std::move(passing), std::move(callback), inputs), torch::autograd::deleteNode};
}

class InputNode final : public torch::autograd::Node, public MayRefuseBatches {
 public:
  InputNode(CallbackPtr callback, std::shared_ptr<Passing> passing)
      : callback_(std::move(callback)), pin_(callback_->pin()), passing_(std::move(passing)) {}
  std::string name() const override { return "BackwardHookInput"; }
  bool refuses_batches() const override { return true; }
  variable_list apply(variable_list&& gradients) override {
    const auto grad_outputs = passing_->find();
    auto answer = callback_->call(gradients, grad_outputs ? *grad_outputs : variable_list());
    if (answer.empty()) return std::move(gradients);
    if (answer.size() != gradients.size())
      throw std::invalid_argument("a backward hook must answer as many gradients as the module has inputs (" +
                                  std::to_string(gradients.size()) + "), not " + std::to_string(answer.size()));
    return answer;
  }

 private:
  CallbackPtr callback_;
  std::shared_ptr<void> pin_;
  std::shared_ptr<Passing> passing_;
};

void put_over(Tensors& tensors, const std::shared_ptr<torch::autograd::Node>& node) {
  node->set_next_edges(torch::autograd::collect_next_edges(tensors));
  for (auto& tensor : tensors) {
    // An input that needs no gradient keeps its place among the node's outputs, and gets an undefined one.
    auto taken = tensor.detach();
    torch::autograd::set_history(taken, node);
    tensor = taken;
  }
}

class BackwardHook final : public Hook {
 public:
  explicit BackwardHook(CallbackPtr callback) : callback_(std::move(callback)) {}

  void pin(Pins& pins) const override { pins.push_back(callback_->pin()); }

  bool keeps_output() const override { return true; }
  About about() const override { return About::gradients; }

  std::unique_ptr<AfterCall> before(Callable&, Tensors& inputs) override {
    const auto needs = [](const Tensor& tensor) { return tensor.requires_grad(); };
    if (!at::GradMode::is_enabled()) return nullptr;
    auto passing = std::make_shared<Passing>();
    if (std::none_of(inputs.begin(), inputs.end(), needs))
      return std::make_unique<After>(make_output_node(passing, callback_, inputs.size()));
    put_over(inputs, {new InputNode(callback_, passing), torch::autograd::deleteNode});
    return std::make_unique<After>(make_output_node(std::move(passing), nullptr, 0));
  }

 private:
  class After final : public AfterCall {
   public:
    explicit After(std::shared_ptr<OutputNode> node) : node_(std::move(node)) {}
    void after(Tensors& outputs) override {
      const auto needs = [](const Tensor& tensor) { return tensor.requires_grad(); };
      if (std::any_of(outputs.begin(), outputs.end(), needs)) put_over(outputs, node_);
    }

   private:
    std::shared_ptr<OutputNode> node_;
  };

  CallbackPtr callback_;
};

}  // namespace

std::shared_ptr<Hook> full_backward_hook(CallbackPtr callback) {
  return std::make_shared<BackwardHook>(std::move(callback));
}

}  // namespace jennit
