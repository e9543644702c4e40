#pragma once

#include <jennit/layers.h>

namespace jennit {

/// torch's arguments of TransformerEncoderLayer and TransformerDecoderLayer.
struct TransformerLayerShape {
  int64_t d_model = 512, nhead = 8, dim_feedforward = 2048;
  double dropout = 0.1, layer_norm_eps = 1e-5;
  /// "relu" or "gelu".
  std::string activation = "relu";
  bool batch_first = false, norm_first = false, bias = true;

  /// `required`: whether d_model and nhead have no defaults, as in torch's layers.
  static TransformerLayerShape read(const Options& options, bool required);
};

ModulePtr make_encoder_layer(const TransformerLayerShape& shape);
ModulePtr make_decoder_layer(const TransformerLayerShape& shape);
ModulePtr make_layer_norm(const TransformerLayerShape& shape);

/// The tensor at `index`, undefined where none was given.
Tensor given(const Tensors& inputs, size_t index);

/// Throws std::invalid_argument where fewer than `least` or more than `most` tensors come in. `names`: what they are.
void check_count(const Tensors& inputs, size_t least, size_t most, const std::string& names);

}  // namespace jennit
