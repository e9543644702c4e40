#include <limits>

#include "checks.h"
#include "layer.h"
#include "parts.h"
#include "transformer_layer.h"

namespace jennit {

namespace {

/// TransformerEncoder or TransformerDecoder: layers that start alike, one after the other, and a norm or none.
class TransformerStack final : public torch::nn::Module, public Callable {
 public:
  using MakeLayer = ModulePtr (*)(const TransformerLayerShape&);

  /// `sequences`: how many of a layer's inputs are no masks. The first input goes through the layers; the others come
  /// to each of them alike.
  TransformerStack(std::string type, MakeLayer make, const TransformerLayerShape& shape, int64_t num_layers, bool norm,
                   size_t sequences)
      : type_(std::move(type)), sequences_(sequences) {
    const auto layers = make_layer("ModuleList", {});
    for (int64_t i = 0; i < num_layers; ++i) layers->register_module(std::to_string(i), make(shape));
    register_module("layers", layers);
    if (norm) register_module("norm", make_layer_norm(shape));
    start_alike(*layers);
  }

  std::string type_name() const override { return type_; }
  torch::nn::Module& module() override { return *this; }
  bool takes_relevance(size_t input) const override { return input < sequences_; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (inputs.empty()) throw std::invalid_argument("it takes what its layers take, but no tensors were given");
    auto values = inputs;
    // The mask of the first input among itself, and what hides its padding.
    const auto mask = sequences_, padding = mask + sequences_;
    if (mask < values.size()) values[mask] = as_causal(values[mask], given(values, padding));
    const Parts part(*this);
    const auto layers = seen_child("layers");
    for (const auto& layer : callable(*layers).seen_children())
      values[0] = Parts(callable(*layers))(layer.first, values);
    return {seen_child("norm") ? part("norm", {values[0]}) : values[0]};
  }

 private:
  /// As torch's stacks do: numbers that say no more than that no key comes after its query become a mask of bool, which
  /// takes no relevance.
  static Tensor as_causal(const Tensor& mask, const Tensor& padding) {
    if (!mask.defined() || padding.defined() || mask.scalar_type() == at::kBool || mask.dim() != 2 ||
        mask.size(0) != mask.size(1))
      return mask;
    const auto hidden = at::ones_like(mask, mask.options().dtype(at::kBool)).triu(1);
    const auto causal = at::zeros_like(mask).masked_fill(hidden, -std::numeric_limits<double>::infinity());
    return mask.equal(causal) ? hidden : mask;
  }

  /// Torch copies one layer.
  static void start_alike(torch::nn::Module& layers) {
    torch::NoGradGuard unrecorded;
    const auto all = layers.children();
    for (size_t i = 1; i < all.size(); ++i)
      for (const auto& entry : all[0]->named_parameters()) all[i]->named_parameters()[entry.key()].copy_(entry.value());
  }

  std::string type_;
  size_t sequences_;
};

ModulePtr make_stack(const std::string& type, const TransformerLayerShape& shape, int64_t num_layers, bool norm) {
  const bool encodes = type == "TransformerEncoder";
  return std::make_shared<TransformerStack>(type, encodes ? make_encoder_layer : make_decoder_layer, shape, num_layers,
                                            norm, encodes ? 1 : 2);
}

class Transformer final : public torch::nn::Module, public Callable {
 public:
  Transformer(const TransformerLayerShape& shape, int64_t encoder_layers, int64_t decoder_layers) : shape_(shape) {
    register_module("encoder", make_stack("TransformerEncoder", shape, encoder_layers, true));
    register_module("decoder", make_stack("TransformerDecoder", shape, decoder_layers, true));
    for (auto& parameter : parameters())
      if (parameter.dim() > 1) torch::nn::init::xavier_uniform_(parameter);
  }

  std::string type_name() const override { return "Transformer"; }
  torch::nn::Module& module() override { return *this; }
  bool takes_relevance(size_t input) const override { return input < 2; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    check_count(inputs, 2, 8,
                "src, tgt, src_mask, tgt_mask, memory_mask, src_key_padding_mask, tgt_key_padding_mask and "
                "memory_key_padding_mask");
    const auto &src = inputs[0], &tgt = inputs[1];
    check_sequences(src, tgt);
    const Parts part(*this);
    const auto memory = part("encoder", {src, given(inputs, 2), given(inputs, 5)});
    return {part("decoder", {tgt, memory, given(inputs, 3), given(inputs, 4), given(inputs, 6), given(inputs, 7)})};
  }

 private:
  void check_sequences(const Tensor& src, const Tensor& tgt) const {
    for (const auto* sequence : {&src, &tgt})
      if (!sequence->defined() || (sequence->dim() != 2 && sequence->dim() != 3) || sequence->dim() != src.dim())
        throw std::invalid_argument("src and tgt must both have 2 dimensions or, with a batch, 3");
    const auto samples = shape_.batch_first ? 0 : 1;
    if (src.dim() == 3 && src.size(samples) != tgt.size(samples))
      throw std::invalid_argument("the batch number of src and tgt must be equal");
    if (src.size(-1) != shape_.d_model || tgt.size(-1) != shape_.d_model)
      throw std::invalid_argument("the feature number of src and tgt must be equal to d_model");
  }

  TransformerLayerShape shape_;
};

ModulePtr stack(const std::string& type, const Options& options) {
  return make_stack(type, TransformerLayerShape::read(options, true),
                    at_least_1(options.integer("num_layers"), "num_layers", most_layers), options.flag("norm", false));
}

ModulePtr make_transformer(const std::string&, const Options& options) {
  return std::make_shared<Transformer>(
      TransformerLayerShape::read(options, false),
      at_least_1(options.integer("num_encoder_layers", 6), "num_encoder_layers", most_layers),
      at_least_1(options.integer("num_decoder_layers", 6), "num_decoder_layers", most_layers));
}

const Registration transformers[] = {
    {"TransformerEncoder", stack}, {"TransformerDecoder", stack}, {"Transformer", make_transformer}};

}  // namespace

}  // namespace jennit
