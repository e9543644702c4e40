#include <cmath>

#include "checks.h"
#include "layer.h"
#include "weighted_module.h"

namespace jennit {

namespace {

/// A signal times its weights.
class Gate final : public torch::nn::Module, public Callable {
 public:
  std::string type_name() const override { return "Gate"; }
  torch::nn::Module& module() override { return *this; }
  bool takes_relevance(size_t input) const override { return input == 0; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (inputs.size() != 2)
      throw std::invalid_argument("Gate takes a signal and its weights, " + std::to_string(inputs.size()) +
                                  " tensors were given");
    return {inputs[0] * inputs[1]};
  }
};

/// W x + b + r (V y + d), for an input [x, y] and a gate r.
class GatedLinear final : public WeightedModule {
 public:
  GatedLinear(std::string repr, int64_t in, int64_t gated, int64_t out, bool bias)
      : WeightedModule("GatedLinear", std::move(repr)), in_(in), gated_(gated), bias_(bias) {
    const auto bound = 1 / std::sqrt(static_cast<double>(in + gated));
    add_weight("weight", {out, in}, bound);
    add_weight("gated_weight", {out, gated}, bound);
    if (!bias) return;
    add_weight("bias", {out}, bound);
    add_weight("gated_bias", {out}, bound);
  }

  bool takes_relevance(size_t input) const override { return input == 0; }

 protected:
  Tensors run(const Tensors& inputs, const Tensors& weights, bool) const override {
    if (inputs.size() != 2)
      throw std::invalid_argument("GatedLinear takes an input and a gate, " + std::to_string(inputs.size()) +
                                  " tensors were given");
    if (inputs[0].dim() == 0 || inputs[0].size(-1) != in_ + gated_)
      throw std::invalid_argument("GatedLinear takes inputs of " + std::to_string(in_ + gated_) +
                                  " features, but the size is " + c10::str(inputs[0].sizes()));
    const auto parts = inputs[0].split_with_sizes({in_, gated_}, -1);
    const auto plain = at::linear(parts[0], weights[0], bias_ ? weights[2] : Tensor());
    return {plain + inputs[1] * at::linear(parts[1], weights[1], bias_ ? weights[3] : Tensor())};
  }

 private:
  int64_t in_, gated_;
  bool bias_;
};

ModulePtr make_gate(const std::string&, const Options&) { return std::make_shared<Gate>(); }

ModulePtr make_gated_linear(const std::string&, const Options& options) {
  const auto size = [&](const std::string& name) { return at_least_1(options.integer(name), name); };
  const auto in = size("in_features"), gated = size("gated_features"), out = size("out_features");
  const auto bias = options.flag("bias", true);
  const auto repr =
      Repr().named("in_features", in).named("gated_features", gated).named("out_features", out).named("bias", bias);
  return std::make_shared<GatedLinear>(repr.str(), in, gated, out, bias);
}

const Registration gate{"Gate", make_gate}, gated_linear{"GatedLinear", make_gated_linear};

}  // namespace

}  // namespace jennit
