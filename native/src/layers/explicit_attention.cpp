#include <jennit/attention.h>
#include <jennit/layers.h>

#include <limits>

#include "parts.h"

namespace jennit {

namespace {

class ExplicitAttention final : public torch::nn::Module, public Callable {
 public:
  ExplicitAttention(std::string repr, const AttentionOptions& options) : repr_(std::move(repr)), options_(options) {
    const auto add = [&](const std::string& name, const std::string& type, const Options& arguments = {}) {
      register_module(name, make_layer(type, arguments));
    };
    add("scores", "MatMul");
    add("scale", "Mul");
    add("mask", "Add");
    Options last;
    last.set("dim", int64_t{-1});
    add("softmax", "Softmax", last);
    if (options.dropout_p > 0) {
      Options p;
      p.set("p", options.dropout_p);
      add("dropout", "Dropout", p);
    }
    add("output", "MatMul");
  }

  std::string type_name() const override { return "ExplicitAttention"; }
  std::string extra_repr() const override { return repr_; }
  torch::nn::Module& module() override { return *this; }
  bool takes_relevance(size_t input) const override { return input < 3; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    check_attention_inputs(inputs, options_);
    const Parts part(*this);
    const auto& query = inputs[0];
    const auto key = with_heads_of(query, inputs[1], options_), value = with_heads_of(query, inputs[2], options_);
    auto scores = part("scores", {query, key.transpose(-2, -1)});
    scores = part("scale", {scores, at::scalar_tensor(options_.scale_for(query), scores.options())});
    const auto mask = attention_mask(inputs, options_);
    auto weights = mask.defined() ? masked_weights(part, scores, mask) : part("softmax", {scores});
    if (options_.dropout_p > 0) weights = part("dropout", {weights});
    return {part("output", {weights, value})};
  }

 private:
  /// A query that sees no key gets weights of zero, as LibTorch gives it.
  static Tensor masked_weights(const Parts& part, Tensor scores, const Tensor& mask) {
    constexpr auto forbidden = -std::numeric_limits<double>::infinity();
    const bool is_bool = mask.scalar_type() == at::kBool;
    scores = is_bool ? scores.masked_fill(mask.logical_not(), forbidden) : part("mask", {scores, mask});
    const auto blind = (is_bool ? mask : mask.ne(forbidden)).any(-1, /*keepdim=*/true).logical_not();
    return part("softmax", {scores.masked_fill(blind, 0)}).masked_fill(blind, 0);
  }

  std::string repr_;
  AttentionOptions options_;
};

}  // namespace

ModulePtr explicit_attention(torch::nn::Module& attention) {
  auto& layer = callable(attention);
  const auto* half = dynamic_cast<const Attention*>(&attention);
  if (!half) throw std::invalid_argument("a " + layer.type_name() + " is no attention and cannot be made explicit");
  const auto made = std::make_shared<ExplicitAttention>(layer.extra_repr(), half->attention());
  made->train(attention.is_training());
  return made;
}

}  // namespace jennit
