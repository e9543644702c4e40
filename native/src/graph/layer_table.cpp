#include "layer_table.h"

#include <sstream>

namespace jennit::graph {

namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// `options` are words "name" or "name=argument".
LayerEntry entry(const std::string& type, const std::string& operators, const std::string& options = "") {
  LayerEntry entry{type, words(operators), {}};
  for (const auto& word : words(options)) {
    const auto equals = word.find('=');
    entry.options.emplace_back(word.substr(0, equals), equals == std::string::npos ? word : word.substr(equals + 1));
  }
  return entry;
}

const std::string window = "kernel_size stride padding ceil_mode ";
const std::string conv = "stride padding dilation groups padding_mode";
const std::string transposed = "stride padding output_padding dilation groups padding_mode";
const std::string embedding = "padding_idx max_norm norm_type scale_grad_by_freq sparse";
const std::string upsample = "size scale_factor mode align_corners recompute_scale_factor";

// A type without operators is one that a trace spreads over several nodes.
const std::vector<LayerEntry> table = {
    entry("Linear", "linear"),
    entry("Bilinear", "bilinear"),
    entry("Conv1d", "_convolution conv1d _convolution_mode", conv),
    entry("Conv2d", "_convolution conv2d _convolution_mode", conv),
    entry("Conv3d", "_convolution conv3d _convolution_mode", conv),
    entry("ConvTranspose1d", "_convolution conv_transpose1d", transposed),
    entry("ConvTranspose2d", "_convolution conv_transpose2d", transposed),
    entry("ConvTranspose3d", "_convolution conv_transpose3d", transposed),
    entry("BatchNorm1d", "batch_norm", "momentum eps"),
    entry("BatchNorm2d", "batch_norm", "momentum eps"),
    entry("BatchNorm3d", "batch_norm", "momentum eps"),
    entry("InstanceNorm1d", "instance_norm", "momentum eps"),
    entry("InstanceNorm2d", "instance_norm", "momentum eps"),
    entry("InstanceNorm3d", "instance_norm", "momentum eps"),
    entry("LayerNorm", "layer_norm", "normalized_shape eps"),
    entry("RMSNorm", "rms_norm", "normalized_shape eps"),
    entry("GroupNorm", "group_norm", "num_groups eps"),
    entry("LocalResponseNorm", "", "size alpha beta k"),
    entry("Embedding", "embedding", embedding),
    entry("PReLU", "prelu"),
    entry("MaxPool1d", "max_pool1d", window + "dilation"),
    entry("MaxPool2d", "max_pool2d", window + "dilation"),
    entry("MaxPool3d", "max_pool3d", window + "dilation"),
    entry("AvgPool1d", "avg_pool1d", window + "count_include_pad"),
    entry("AvgPool2d", "avg_pool2d", window + "count_include_pad divisor_override"),
    entry("AvgPool3d", "avg_pool3d", window + "count_include_pad divisor_override"),
    entry("AdaptiveAvgPool1d", "adaptive_avg_pool1d", "output_size"),
    entry("AdaptiveAvgPool2d", "adaptive_avg_pool2d", "output_size"),
    entry("AdaptiveAvgPool3d", "adaptive_avg_pool3d", "output_size"),
    entry("AdaptiveMaxPool1d", "adaptive_max_pool1d", "output_size"),
    entry("AdaptiveMaxPool2d", "adaptive_max_pool2d", "output_size"),
    entry("AdaptiveMaxPool3d", "adaptive_max_pool3d", "output_size"),
    entry("Dropout", "dropout", "p"),
    entry("Dropout1d", "", "p"),
    entry("Dropout2d", "feature_dropout", "p"),
    entry("Dropout3d", "", "p"),
    entry("AlphaDropout", "alpha_dropout", "p"),
    entry("FeatureAlphaDropout", "feature_alpha_dropout", "p"),
    entry("ReLU", "relu"),
    entry("ReLU6", "relu6"),
    entry("Sigmoid", "sigmoid"),
    entry("LogSigmoid", "log_sigmoid"),
    entry("Softsign", ""),
    entry("Tanh", "tanh"),
    entry("Tanhshrink", ""),
    entry("SELU", "selu"),
    entry("SiLU", "silu"),
    entry("Mish", "mish"),
    entry("Hardsigmoid", "hardsigmoid"),
    entry("Hardswish", "hardswish"),
    entry("ELU", "elu", "alpha"),
    entry("CELU", "celu", "alpha"),
    entry("LeakyReLU", "leaky_relu", "negative_slope"),
    entry("Hardtanh", "hardtanh", "min_val max_val"),
    entry("Threshold", "threshold", "threshold value"),
    entry("RReLU", "rrelu", "lower upper"),
    entry("Softplus", "softplus", "beta threshold"),
    entry("Hardshrink", "hardshrink", "lambd"),
    entry("Softshrink", "softshrink", "lambd"),
    entry("GELU", "gelu", "approximate"),
    entry("GLU", "glu", "dim"),
    entry("Softmax", "softmax", "dim"),
    entry("Softmin", "", "dim"),
    entry("LogSoftmax", "log_softmax", "dim"),
    entry("Softmax2d", ""),
    entry("ScaledDotProductAttention", "scaled_dot_product_attention", "dropout_p is_causal scale enable_gqa"),
    entry("Mean", "mean", "dim keepdim"),
    entry("Flatten", "flatten", "start_dim end_dim"),
    entry("Unflatten", "unflatten", "dim unflattened_size=sizes"),
    entry("Identity", ""),
    entry("PixelShuffle", "pixel_shuffle", "upscale_factor"),
    entry("PixelUnshuffle", "pixel_unshuffle", "downscale_factor"),
    entry("ChannelShuffle", "channel_shuffle", "groups"),
    entry("Upsample", "", upsample),
    entry("ConstantPad1d", "pad", "padding=pad value"),
    entry("ConstantPad2d", "pad", "padding=pad value"),
    entry("ConstantPad3d", "pad", "padding=pad value"),
    entry("ZeroPad1d", "pad", "padding=pad"),
    entry("ZeroPad2d", "pad", "padding=pad"),
    entry("ZeroPad3d", "pad", "padding=pad"),
    entry("ReflectionPad1d", "pad", "padding=pad"),
    entry("ReflectionPad2d", "pad", "padding=pad"),
    entry("ReflectionPad3d", "pad", "padding=pad"),
    entry("ReplicationPad1d", "pad", "padding=pad"),
    entry("ReplicationPad2d", "pad", "padding=pad"),
    entry("ReplicationPad3d", "pad", "padding=pad"),
    entry("CircularPad1d", "pad", "padding=pad"),
    entry("CircularPad2d", "pad", "padding=pad"),
    entry("CircularPad3d", "pad", "padding=pad"),
};

bool has(const LayerEntry& entry, const std::string& op) {
  for (const auto& name : entry.operators)
    if (name == op) return true;
  return false;
}

}  // namespace

const LayerEntry* find_layer(const std::string& type) {
  for (const auto& entry : table)
    if (entry.type == type) return &entry;
  return nullptr;
}

const LayerEntry* find_functional(const std::string& op) {
  const LayerEntry* found = nullptr;
  for (const auto& entry : table)
    if (has(entry, op)) {
      if (found) return nullptr;
      found = &entry;
    }
  return found;
}

}  // namespace jennit::graph
