#include "multihead_attention.h"

#include <jennit/attention.h>
#include <jennit/layers.h>

#include <cmath>

#include "checks.h"
#include "parts.h"
#include "projection.h"

namespace jennit {

namespace {

ModulePtr make(const std::string& type, const std::function<void(Options&)>& arguments) {
  Options options;
  arguments(options);
  return make_layer(type, options);
}

/// (samples, positions, features) to (samples, heads, positions, features of a head).
Tensor in_heads(const Tensor& x, int64_t heads) { return x.unflatten(-1, {heads, -1}).transpose(1, 2); }

const char* const projection_names[] = {"q_proj", "k_proj", "v_proj"};

}  // namespace

MultiheadAttention::MultiheadAttention(std::string repr, const MultiheadShape& shape)
    : WeightedModule("MultiheadAttention", std::move(repr)), shape_(shape) {
  const auto e = shape.embed_dim;
  const int64_t features[] = {e, shape.kdim, shape.vdim};
  // Torch draws in this order.
  const auto out_proj = make("NonDynamicallyQuantizableLinear", [&](Options& options) {
    options.set("in_features", e);
    options.set("out_features", e);
    options.set("bias", shape.bias);
  });
  torch::NoGradGuard unrecorded;
  Tensors weights;
  if (shape.is_packed()) {
    weights = Tensors(3, add_weight("in_proj_weight", {3 * e, e}));
    torch::nn::init::xavier_uniform_(weights[0]);
  } else {
    for (int i = 0; i < 3; ++i) {
      weights.push_back(add_weight(std::string(projection_names[i]) + "_weight", {e, features[i]}));
      torch::nn::init::xavier_uniform_(weights[i]);
    }
  }
  Tensor bias;
  if (shape.bias) {
    bias = add_weight("in_proj_bias", {3 * e}).zero_();
    callable(*out_proj).own_parameter("bias")->zero_();
  }
  if (shape.add_bias_kv)
    for (const auto* name : {"bias_k", "bias_v"}) torch::nn::init::xavier_normal_(add_weight(name, {1, 1, e}));
  for (int i = 0; i < 3; ++i) {
    const auto linear =
        Repr().named("in_features", features[i]).named("out_features", e).named("bias", shape.bias).str();
    projections_.push_back(
        std::make_shared<Projection>(linear, weights[i], shape.is_packed() ? i * e : 0, bias, i * e, e));
    register_module(projection_names[i], projections_[i]);
  }
  register_module("attention", make("ScaledDotProductAttention", [&](Options& options) {
                    if (shape.dropout > 0) options.set("dropout_p", shape.dropout);
                  }));
  register_module("out_proj", out_proj);
}

Tensors MultiheadAttention::forward_list(const Tensors& inputs) {
  if (!replaced_parameters().empty()) return run(inputs, weights(), is_training());
  const auto input = read_multihead_input(shape_, inputs);
  return attend(input, projected(input, input.key.is_same(input.query) && input.value.is_same(input.query)), weights());
}

/// With other parameters the projections are not parts: they read those of the module.
Tensors MultiheadAttention::run(const Tensors& inputs, const Tensors& weights, bool) const {
  const auto input = read_multihead_input(shape_, inputs);
  const auto bias = shape_.bias ? weights[shape_.is_packed() ? 1 : 3].chunk(3) : Tensors(3);
  const auto rows = shape_.is_packed() ? weights[0].chunk(3) : Tensors(weights.begin(), weights.begin() + 3);
  return attend(input,
                {at::linear(input.query, rows[0], bias[0]), at::linear(input.key, rows[1], bias[1]),
                 at::linear(input.value, rows[2], bias[2])},
                weights);
}

bool MultiheadAttention::projections_are_untouched() const {
  for (int i = 0; i < 3; ++i) {
    const auto part = seen_child(projection_names[i]);
    if (part != projections_[i]) return false;
    auto& node = callable(*part);
    if (node.hook_count() > 0 || node.is_overridden() || !node.replaced_parameters().empty()) return false;
  }
  return true;
}

MultiheadAttention::Projected MultiheadAttention::projected(const MultiheadInput& input, bool same) const {
  if (same && shape_.is_packed() && projections_are_untouched()) {
    const auto all = weights();
    const auto parts = at::linear(input.query, all[0], shape_.bias ? all[1] : Tensor()).chunk(3, -1);
    return {parts[0], parts[1], parts[2]};
  }
  const Parts part(*this);
  return {part("q_proj", {input.query}), part("k_proj", {input.key}), part("v_proj", {input.value})};
}

Tensors MultiheadAttention::attend(const MultiheadInput& input, Projected projected, const Tensors& weights) const {
  const Parts part(*this);
  const auto samples = input.query.size(0);
  auto mask = input.mask;
  const auto one_more_key = [&] {
    if (!mask.defined()) return;
    mask = mask.scalar_type() == at::kBool ? at::cat({mask, mask.new_ones({1}).expand_as(mask.narrow(-1, 0, 1))}, -1)
                                           : at::constant_pad_nd(mask, {0, 1});
  };
  if (shape_.add_bias_kv) {
    const auto* last = &weights[weights.size() - 2];
    projected.key = at::cat({projected.key, last[0].expand({samples, 1, -1})}, 1);
    projected.value = at::cat({projected.value, last[1].expand({samples, 1, -1})}, 1);
    one_more_key();
  }
  const auto heads = [&](const Tensor& x) { return in_heads(x, shape_.num_heads); };
  auto query = heads(projected.query), key = heads(projected.key), value = heads(projected.value);
  if (shape_.add_zero_attn) {
    for (auto* tensor : {&key, &value}) *tensor = at::constant_pad_nd(*tensor, {0, 0, 0, 1});
    one_more_key();
  }
  Tensors arguments{query, key, value};
  if (mask.defined()) arguments.push_back(mask);
  const auto attended = part("attention", arguments).transpose(1, 2).flatten(2);
  const auto as_given = [&](const Tensor& x) {
    if (!input.batched) return x.squeeze(0);
    return shape_.batch_first ? x : x.transpose(0, 1);
  };
  Tensors outputs{as_given(part("out_proj", {attended}))};
  if (shape_.need_weights) {
    const auto found = attention_weights(arguments, AttentionOptions());
    const auto weights_given = shape_.average_attn_weights ? found.mean(1) : found;
    outputs.push_back(input.batched ? weights_given : weights_given.squeeze(0));
  }
  return outputs;
}

namespace {

ModulePtr make_multihead_attention(const std::string&, const Options& options) {
  MultiheadShape shape;
  shape.embed_dim = at_least_1(options.integer("embed_dim"), "embed_dim");
  shape.num_heads = at_least_1(options.integer("num_heads"), "num_heads");
  if (shape.embed_dim % shape.num_heads)
    throw std::invalid_argument("embed_dim (" + std::to_string(shape.embed_dim) + ") must be divisible by num_heads (" +
                                std::to_string(shape.num_heads) + ")");
  shape.kdim = at_least_1(options.integer("kdim", shape.embed_dim), "kdim");
  shape.vdim = at_least_1(options.integer("vdim", shape.embed_dim), "vdim");
  shape.dropout =
      checked(options.number("dropout", 0), "dropout", "from 0 to 1", [](double p) { return p >= 0 && p <= 1; });
  shape.bias = options.flag("bias", true);
  shape.add_bias_kv = options.flag("add_bias_kv", false);
  shape.add_zero_attn = options.flag("add_zero_attn", false);
  shape.batch_first = options.flag("batch_first", false);
  shape.need_weights = options.flag("need_weights", false);
  shape.average_attn_weights = options.flag("average_attn_weights", true);
  return std::make_shared<MultiheadAttention>("", shape);
}

const Registration multihead_attention{"MultiheadAttention", make_multihead_attention};

}  // namespace

}  // namespace jennit
