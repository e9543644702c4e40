#include <jennit/hooks.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

namespace jennit {

namespace {

using torch::autograd::variable_list;

/// Gradients of one call's outputs, on their way from the node over the outputs to the one under the inputs.
struct Passing {
  std::mutex mutex;
  variable_list grad_outputs;
};

class OutputNode final : public torch::autograd::Node {
 public:
  explicit OutputNode(std::shared_ptr<Passing> passing) : passing_(std::move(passing)) {}
  std::string name() const override { return "BackwardHookOutput"; }
  variable_list apply(variable_list&& gradients) override {
    std::lock_guard<std::mutex> lock(passing_->mutex);
    passing_->grad_outputs = gradients;
    return std::move(gradients);
  }

 private:
  std::shared_ptr<Passing> passing_;
};

class InputNode final : public torch::autograd::Node {
 public:
  InputNode(Callback* callback, std::shared_ptr<Passing> passing)
      : callback_(pin(callback)), passing_(std::move(passing)) {}
  std::string name() const override { return "BackwardHookInput"; }
  variable_list apply(variable_list&& gradients) override {
    variable_list grad_outputs;
    {
      std::lock_guard<std::mutex> lock(passing_->mutex);
      grad_outputs.swap(passing_->grad_outputs);
    }
    auto answer = ask(callback_.get(), gradients, grad_outputs);
    if (answer.empty()) return std::move(gradients);
    if (answer.size() != gradients.size())
      throw std::invalid_argument("a backward hook must answer as many gradients as the module has inputs (" +
                                  std::to_string(gradients.size()) + "), not " + std::to_string(answer.size()));
    return answer;
  }

 private:
  std::shared_ptr<Callback> callback_;
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
  explicit BackwardHook(Callback* callback) : callback_(callback) {}

  bool keeps_output() const override { return true; }

  std::unique_ptr<AfterCall> before(Callable&, Tensors& inputs) override {
    const auto needs = [](const Tensor& tensor) { return tensor.requires_grad(); };
    if (!at::GradMode::is_enabled() || std::none_of(inputs.begin(), inputs.end(), needs)) return nullptr;
    auto passing = std::make_shared<Passing>();
    put_over(inputs, {new InputNode(callback_, passing), torch::autograd::deleteNode});
    return std::make_unique<After>(std::move(passing));
  }

 private:
  class After final : public AfterCall {
   public:
    explicit After(std::shared_ptr<Passing> passing) : passing_(std::move(passing)) {}
    void after(Tensors& outputs) override {
      put_over(outputs, {new OutputNode(passing_), torch::autograd::deleteNode});
    }

   private:
    std::shared_ptr<Passing> passing_;
  };

  Callback* callback_;
};

}  // namespace

std::shared_ptr<Hook> full_backward_hook(Callback* callback) { return std::make_shared<BackwardHook>(callback); }

}  // namespace jennit
