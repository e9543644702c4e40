#include <jennit/batched_gradients.h>
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

class OutputNode final : public torch::autograd::Node, public MayRefuseBatches {
 public:
  /// With a callback where no input needs a gradient: there is then nothing further below to wait for.
  OutputNode(std::shared_ptr<Passing> passing, std::shared_ptr<Callback> callback, size_t inputs)
      : passing_(std::move(passing)), callback_(std::move(callback)), inputs_(inputs) {}
  std::string name() const override { return "BackwardHookOutput"; }
  bool refuses_batches() const override { return true; }
  variable_list apply(variable_list&& gradients) override {
    if (callback_) {
      ask(callback_.get(), Tensors(inputs_), gradients);
    } else {
      std::lock_guard<std::mutex> lock(passing_->mutex);
      passing_->grad_outputs = gradients;
    }
    return std::move(gradients);
  }

 private:
  std::shared_ptr<Passing> passing_;
  std::shared_ptr<Callback> callback_;
  size_t inputs_;
};

std::shared_ptr<OutputNode> make_output_node(std::shared_ptr<Passing> passing, std::shared_ptr<Callback> callback,
                                             size_t inputs) {
  return {new OutputNode(std::move(passing), std::move(callback), inputs), torch::autograd::deleteNode};
}

class InputNode final : public torch::autograd::Node, public MayRefuseBatches {
 public:
  InputNode(Callback* callback, std::shared_ptr<Passing> passing)
      : callback_(pin(callback)), passing_(std::move(passing)) {}
  std::string name() const override { return "BackwardHookInput"; }
  bool refuses_batches() const override { return true; }
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
  About about() const override { return About::gradients; }

  std::unique_ptr<AfterCall> before(Callable&, Tensors& inputs) override {
    const auto needs = [](const Tensor& tensor) { return tensor.requires_grad(); };
    if (!at::GradMode::is_enabled()) return nullptr;
    auto passing = std::make_shared<Passing>();
    if (std::none_of(inputs.begin(), inputs.end(), needs))
      return std::make_unique<After>(make_output_node(passing, pin(callback_), inputs.size()));
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

  Callback* callback_;
};

}  // namespace

std::shared_ptr<Hook> full_backward_hook(Callback* callback) { return std::make_shared<BackwardHook>(callback); }

}  // namespace jennit
