#include <jennit/gating.h>

#include "layer.h"

namespace jennit {

namespace {

/// Which of the two an option names.
std::optional<size_t> one_of_two(const Options& options, const std::string& name) {
  if (!options.has(name)) return std::nullopt;
  const auto which = options.text(name, "");
  if (which != "first" && which != "second")
    throw std::invalid_argument("option '" + name + "' must be first or second, but is '" + which + "'");
  return which == "first" ? 0 : 1;
}

/// A layer without parameters: one function of two tensors.
class PairLayer : public torch::nn::Module, public TorchLayer {
 public:
  using Function = std::function<Tensor(const Tensor& first, const Tensor& second)>;

  /// `constant`: the operand that is made of the model's parameters alone, and belongs to it as they do.
  PairLayer(const std::string& type, Function function, std::string repr = "", std::optional<size_t> constant = {})
      : TorchLayer(type, std::move(repr)), function_(std::move(function)), constant_(constant) {}
  torch::nn::Module& module() override { return *this; }
  bool takes_relevance(size_t input) const override { return input != constant_; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (inputs.size() != 2)
      throw std::invalid_argument(type_name() + " takes two tensors, " + std::to_string(inputs.size()) + " were given");
    return {function_(inputs[0], inputs[1])};
  }

 private:
  Function function_;
  std::optional<size_t> constant_;
};

/// The options as they are printed.
std::string repr_of(const Options& options, std::initializer_list<std::string> names) {
  Repr repr;
  for (const auto& name : names)
    if (options.has(name)) repr.named(name, "'" + options.text(name, "") + "'");
  return repr.str();
}

/// A product, one of whose factors may be a gate.
class Mul final : public PairLayer, public Gating {
 public:
  Mul(const std::string& type, std::string repr, std::optional<size_t> constant, std::optional<size_t> gate)
      : PairLayer(
            type, [](const Tensor& first, const Tensor& second) { return first * second; }, std::move(repr), constant),
        gate_(gate) {}
  std::optional<size_t> gate() const override { return gate_; }

 private:
  std::optional<size_t> gate_;
};

ModulePtr make_mul(const std::string& type, const Options& options) {
  const auto constant = one_of_two(options, "constant"), gate = one_of_two(options, "gate");
  return std::make_shared<Mul>(type, repr_of(options, {"constant", "gate"}), constant, gate);
}

LayerFactory pair(const PairLayer::Function& function) {
  return [=](const std::string& type, const Options& options) {
    const auto constant = one_of_two(options, "constant");
    return std::make_shared<PairLayer>(type, function, repr_of(options, {"constant"}), constant);
  };
}

ModulePtr make_cosine_similarity(const std::string& type, const Options& options) {
  const auto dim = options.integer("dim", 1);
  const auto eps = options.number("eps", 1e-8);
  return std::make_shared<PairLayer>(
      type, [=](const Tensor& x1, const Tensor& x2) { return at::cosine_similarity(x1, x2, dim, eps); });
}

const Registration pairs_layers[] = {
    {"MatMul", pair([](const Tensor& first, const Tensor& second) { return at::matmul(first, second); })},
    {"Mul", make_mul},
    {"Add", pair([](const Tensor& first, const Tensor& second) { return first + second; })},
    {"CosineSimilarity", make_cosine_similarity},
};

}  // namespace

}  // namespace jennit
