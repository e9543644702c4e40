#include "transformer_layer.h"

#include "checks.h"
#include "layer.h"
#include "parts.h"

namespace jennit {

namespace {

/// What the two layers share: named parts, and a block that is added to what goes into it.
class TransformerLayer : public torch::nn::Module, public Callable {
 public:
  TransformerLayer(std::string type, const TransformerLayerShape& shape) : type_(std::move(type)), shape_(shape) {}
  std::string type_name() const override { return type_; }
  torch::nn::Module& module() override { return *this; }
  /// Masks belong to the module.
  bool takes_relevance(size_t input) const override { return input < sequences(); }

 protected:
  using Block = std::function<Tensor(const Tensor&)>;

  /// How many of the inputs are sequences; the others are masks.
  virtual size_t sequences() const = 0;

  void add(const std::string& name, const std::string& type, const Options& options = {}) {
    register_module(name, make_layer(type, options));
  }
  void add_attention(const std::string& name) {
    Options options;
    options.set("embed_dim", shape_.d_model);
    options.set("num_heads", shape_.nhead);
    options.set("dropout", shape_.dropout);
    options.set("bias", shape_.bias);
    options.set("batch_first", shape_.batch_first);
    add(name, "MultiheadAttention", options);
  }
  void add_linear(const std::string& name, int64_t in, int64_t out) {
    Options options;
    options.set("in_features", in);
    options.set("out_features", out);
    options.set("bias", shape_.bias);
    add(name, "Linear", options);
  }
  void add_dropout(const std::string& name) {
    Options options;
    options.set("p", shape_.dropout);
    add(name, "Dropout", options);
  }
  /// linear1, dropout, linear2, then as many norms and dropouts as there are blocks, and what torch has as functions.
  void add_others(int blocks) {
    add_linear("linear1", shape_.d_model, shape_.dim_feedforward);
    add_dropout("dropout");
    add_linear("linear2", shape_.dim_feedforward, shape_.d_model);
    for (int i = 1; i <= blocks; ++i) register_module("norm" + std::to_string(i), make_layer_norm(shape_));
    for (int i = 1; i <= blocks; ++i) add_dropout("dropout" + std::to_string(i));
    add("activation", shape_.activation == "relu" ? "ReLU" : "GELU");
    for (int i = 1; i <= blocks; ++i) add("residual" + std::to_string(i), "Add");
  }

  /// The number-th block, normalised before it or after.
  Tensor residual(int number, const Tensor& x, const Block& block) const {
    const Parts part(*this);
    const auto suffix = std::to_string(number);
    const auto within = [&](const Tensor& from) { return part("dropout" + suffix, {block(from)}); };
    if (shape_.norm_first) return part("residual" + suffix, {x, within(part("norm" + suffix, {x}))});
    return part("norm" + suffix, {part("residual" + suffix, {x, within(x)})});
  }

  Block attention(const std::string& name, const Tensor& memory, const Tensor& mask, const Tensor& padding) const {
    return [=](const Tensor& x) {
      const auto& keys = memory.defined() ? memory : x;
      Tensors arguments{x, keys, keys};
      if (padding.defined() || mask.defined()) arguments.push_back(padding);
      if (mask.defined()) arguments.push_back(mask);
      return Parts(*this)(name, arguments);
    };
  }

  Block feed_forward() const {
    return [this](const Tensor& x) {
      const Parts part(*this);
      return part("linear2", {part("dropout", {part("activation", {part("linear1", {x})})})});
    };
  }

  const TransformerLayerShape& shape() const { return shape_; }

 private:
  std::string type_;
  TransformerLayerShape shape_;
};

class TransformerEncoderLayer final : public TransformerLayer {
 public:
  explicit TransformerEncoderLayer(const TransformerLayerShape& shape)
      : TransformerLayer("TransformerEncoderLayer", shape) {
    add_attention("self_attn");
    add_others(2);
  }

 protected:
  size_t sequences() const override { return 1; }
  Tensors forward_list(const Tensors& inputs) override {
    check_count(inputs, 1, 3, "src, src_mask and src_key_padding_mask");
    const auto x = residual(1, inputs[0], attention("self_attn", {}, given(inputs, 1), given(inputs, 2)));
    return {residual(2, x, feed_forward())};
  }
};

class TransformerDecoderLayer final : public TransformerLayer {
 public:
  explicit TransformerDecoderLayer(const TransformerLayerShape& shape)
      : TransformerLayer("TransformerDecoderLayer", shape) {
    add_attention("self_attn");
    add_attention("multihead_attn");
    add_others(3);
  }

 protected:
  size_t sequences() const override { return 2; }
  Tensors forward_list(const Tensors& inputs) override {
    check_count(inputs, 2, 6, "tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask and memory_key_padding_mask");
    auto x = residual(1, inputs[0], attention("self_attn", {}, given(inputs, 2), given(inputs, 4)));
    x = residual(2, x, attention("multihead_attn", inputs[1], given(inputs, 3), given(inputs, 5)));
    return {residual(3, x, feed_forward())};
  }
};

ModulePtr encoder_layer(const std::string&, const Options& options) {
  return make_encoder_layer(TransformerLayerShape::read(options, true));
}

ModulePtr decoder_layer(const std::string&, const Options& options) {
  return make_decoder_layer(TransformerLayerShape::read(options, true));
}

const Registration transformer_layers[] = {{"TransformerEncoderLayer", encoder_layer},
                                           {"TransformerDecoderLayer", decoder_layer}};

}  // namespace

TransformerLayerShape TransformerLayerShape::read(const Options& options, bool required) {
  TransformerLayerShape shape;
  const auto size = [&](const std::string& name, int64_t otherwise) {
    return at_least_1(options.integer(name, otherwise), name);
  };
  shape.d_model = required ? at_least_1(options.integer("d_model"), "d_model") : size("d_model", shape.d_model);
  shape.nhead = required ? at_least_1(options.integer("nhead"), "nhead") : size("nhead", shape.nhead);
  shape.dim_feedforward = size("dim_feedforward", shape.dim_feedforward);
  shape.dropout = checked(options.number("dropout", shape.dropout), "dropout", "from 0 to 1",
                          [](double p) { return p >= 0 && p <= 1; });
  shape.activation = checked(options.text("activation", "relu"), "activation", "relu or gelu",
                             [](const std::string& name) { return name == "relu" || name == "gelu"; });
  shape.layer_norm_eps = options.number("layer_norm_eps", shape.layer_norm_eps);
  shape.batch_first = options.flag("batch_first", false);
  shape.norm_first = options.flag("norm_first", false);
  shape.bias = options.flag("bias", true);
  return shape;
}

ModulePtr make_encoder_layer(const TransformerLayerShape& shape) {
  return std::make_shared<TransformerEncoderLayer>(shape);
}

ModulePtr make_decoder_layer(const TransformerLayerShape& shape) {
  return std::make_shared<TransformerDecoderLayer>(shape);
}

ModulePtr make_layer_norm(const TransformerLayerShape& shape) {
  Options options;
  options.set("normalized_shape", shape.d_model);
  options.set("eps", shape.layer_norm_eps);
  options.set("bias", shape.bias);
  return make_layer("LayerNorm", options);
}

Tensor given(const Tensors& inputs, size_t index) { return index < inputs.size() ? inputs[index] : Tensor(); }

void check_count(const Tensors& inputs, size_t least, size_t most, const std::string& names) {
  if (inputs.size() >= least && inputs.size() <= most) return;
  throw std::invalid_argument("it takes " + names + ", of which the first " + std::to_string(least) +
                              " must be given, but " + std::to_string(inputs.size()) + " tensors were");
}

}  // namespace jennit
