#include <jennit/attention.h>

#include <cmath>
#include <limits>

#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

/// torch.nn.functional.scaled_dot_product_attention as a layer.
class ScaledDotProductAttention final : public torch::nn::Module, public TorchLayer, public Attention {
 public:
  ScaledDotProductAttention(const std::string& type, std::string repr, const AttentionOptions& options)
      : TorchLayer(type, std::move(repr)), options_(options) {}
  torch::nn::Module& module() override { return *this; }
  const AttentionOptions& attention() const override { return options_; }
  /// A mask belongs to the module.
  bool takes_relevance(size_t input) const override { return input < 3; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    check_attention_inputs(inputs, options_);
    const auto mask = inputs.size() > 3 && inputs[3].defined() ? std::optional<Tensor>(inputs[3]) : std::nullopt;
    return {at::scaled_dot_product_attention(inputs[0], inputs[1], inputs[2], mask,
                                             is_training() ? options_.dropout_p : 0.0, options_.is_causal,
                                             options_.scale, options_.enable_gqa)};
  }

 private:
  AttentionOptions options_;
};

ModulePtr make_attention(const std::string& type, const Options& options) {
  AttentionOptions attention;
  attention.dropout_p =
      checked(options.number("dropout_p", 0), "dropout_p", "from 0 to 1", [](double p) { return p >= 0 && p <= 1; });
  attention.is_causal = options.flag("is_causal", false);
  if (options.has("scale")) attention.scale = options.number("scale");
  attention.enable_gqa = options.flag("enable_gqa", false);
  Repr repr;
  repr.unless("dropout_p", attention.dropout_p, 0.0).unless("is_causal", attention.is_causal, false);
  if (attention.scale) repr.named("scale", *attention.scale);
  repr.unless("enable_gqa", attention.enable_gqa, false);
  return std::make_shared<ScaledDotProductAttention>(type, repr.str(), attention);
}

const Registration attention{"ScaledDotProductAttention", make_attention};

}  // namespace

double AttentionOptions::scale_for(const Tensor& query) const {
  return scale ? *scale : 1 / std::sqrt(static_cast<double>(query.size(-1)));
}

Tensor with_heads_of(const Tensor& query, const Tensor& key, const AttentionOptions& options) {
  if (!options.enable_gqa || query.size(-3) == key.size(-3)) return key;
  return key.repeat_interleave(query.size(-3) / key.size(-3), -3);
}

Tensor attention_mask(const Tensors& inputs, const AttentionOptions& options) {
  if (!options.is_causal) return inputs.size() > 3 ? inputs[3] : Tensor();
  return at::ones({inputs[0].size(-2), inputs[1].size(-2)}, inputs[0].options().dtype(at::kBool)).tril();
}

Tensor attention_weights(const Tensors& inputs, const AttentionOptions& options) {
  const auto key = with_heads_of(inputs[0], inputs[1], options);
  auto scores = at::matmul(inputs[0], key.transpose(-2, -1)) * options.scale_for(inputs[0]);
  const auto mask = attention_mask(inputs, options);
  if (mask.defined())
    scores = mask.scalar_type() == at::kBool
                 ? scores.masked_fill(mask.logical_not(), -std::numeric_limits<double>::infinity())
                 : scores + mask;
  return at::_safe_softmax(scores, -1);
}

void check_attention_inputs(const Tensors& inputs, const AttentionOptions& options) {
  if (inputs.size() != 3 && inputs.size() != 4)
    throw std::invalid_argument("ScaledDotProductAttention takes query, key and value, then a mask or none, " +
                                std::to_string(inputs.size()) + " tensors were given");
  for (size_t i = 0; i < 3; ++i)
    if (!inputs[i].defined() || inputs[i].dim() < 2)
      throw std::invalid_argument("query, key and value must have at least 2 dimensions");
  if (options.is_causal && inputs.size() > 3 && inputs[3].defined())
    throw std::invalid_argument("a mask cannot be given to an attention with is_causal=True, which makes its own");
  if (!options.enable_gqa) return;
  if (inputs[0].dim() < 3 || inputs[1].dim() != inputs[0].dim() || inputs[2].dim() != inputs[0].dim())
    throw std::invalid_argument("enable_gqa needs query, key and value of at least 3 dimensions, one of them of heads");
  const auto heads = inputs[0].size(-3), shared = inputs[1].size(-3);
  if (shared == 0 || heads % shared || inputs[2].size(-3) != shared)
    throw std::invalid_argument("the number of heads of key and value must divide that of query, but they are " +
                                std::to_string(shared) + ", " + std::to_string(inputs[2].size(-3)) + " and " +
                                std::to_string(heads));
}

}  // namespace jennit
