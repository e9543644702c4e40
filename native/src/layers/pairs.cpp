#include <jennit/gating.h>

#include "layer.h"

namespace jennit {

namespace {

/// A layer without parameters: one function of two tensors.
class PairLayer : public torch::nn::Module, public TorchLayer {
 public:
  using Function = std::function<Tensor(const Tensor& first, const Tensor& second)>;

  PairLayer(const std::string& type, Function function, std::string repr = "")
      : TorchLayer(type, std::move(repr)), function_(std::move(function)) {}
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

/// A product, one of whose factors may be a gate.
class Mul final : public PairLayer, public Gating {
 public:
  Mul(const std::string& type, std::string repr, std::optional<size_t> gate)
      : PairLayer(
            type, [](const Tensor& first, const Tensor& second) { return first * second; }, std::move(repr)),
        gate_(gate) {}
  std::optional<size_t> gate() const override { return gate_; }

 private:
  std::optional<size_t> gate_;
};

ModulePtr make_mul(const std::string& type, const Options& options) {
  if (!options.has("gate")) return std::make_shared<Mul>(type, "", std::nullopt);
  const auto gate = options.text("gate", "");
  if (gate != "first" && gate != "second")
    throw std::invalid_argument("option 'gate' must be first or second, but is '" + gate + "'");
  return std::make_shared<Mul>(type, Repr().named("gate", "'" + gate + "'").str(), gate == "first" ? 0 : 1);
}

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
    {"Mul", make_mul},
    {"Add", pair([](const Tensor& first, const Tensor& second) { return first + second; })},
    {"CosineSimilarity", make_cosine_similarity},
};

}  // namespace

}  // namespace jennit
