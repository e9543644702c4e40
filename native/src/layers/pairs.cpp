#include "layer.h"

namespace jennit {

namespace {

/// A layer without parameters: one function of two tensors.
class PairLayer final : public torch::nn::Module, public TorchLayer {
 public:
  using Function = std::function<Tensor(const Tensor& first, const Tensor& second)>;

  PairLayer(const std::string& type, Function function) : TorchLayer(type, ""), function_(std::move(function)) {}
  torch::nn::Module& module() override { return *this; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (inputs.size() != 2)
      throw std::invalid_argument(type_name() + " takes two tensors, " + std::to_string(inputs.size()) + " were given");
    return {function_(inputs[0], inputs[1])};
  }

 private:
  Function function_;
};

LayerFactory pair(PairLayer::Function function) {
  return [=](const std::string& type, const Options&) { return std::make_shared<PairLayer>(type, function); };
}

ModulePtr make_cosine_similarity(const std::string& type, const Options& options) {
  const auto dim = options.integer("dim", 1);
  const auto eps = options.number("eps", 1e-8);
  return std::make_shared<PairLayer>(
      type, [=](const Tensor& x1, const Tensor& x2) { return at::cosine_similarity(x1, x2, dim, eps); });
}

const Registration layers[] = {
    {"MatMul", pair([](const Tensor& first, const Tensor& second) { return at::matmul(first, second); })},
    {"Mul", pair([](const Tensor& first, const Tensor& second) { return first * second; })},
    {"Add", pair([](const Tensor& first, const Tensor& second) { return first + second; })},
    {"CosineSimilarity", make_cosine_similarity},
};

}  // namespace

}  // namespace jennit
