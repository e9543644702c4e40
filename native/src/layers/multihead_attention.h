#pragma once

#include "weighted_module.h"

namespace jennit {

/// torch's arguments of MultiheadAttention; those of its forward that are no tensors too.
struct MultiheadShape {
  int64_t embed_dim = 1, num_heads = 1, kdim = 1, vdim = 1;
  double dropout = 0;
  bool bias = true, add_bias_kv = false, add_zero_attn = false, batch_first = false;
  bool need_weights = false, average_attn_weights = true;

  int64_t head_dim() const { return embed_dim / num_heads; }
  /// Whether one weight serves query, key and value.
  bool is_packed() const { return kdim == embed_dim && vdim == embed_dim; }
};

/// One call's inputs with a batch that comes first: (samples, positions, features).
struct MultiheadInput {
  Tensor query, key, value;
  /// For scaled_dot_product_attention, (samples or 1, heads or 1, L or 1, S), or undefined.
  Tensor mask;
  bool batched = true;
};

/// Reads query, key, value, key_padding_mask and attn_mask. Throws std::invalid_argument, in torch's spirit, for
/// inputs that do not fit.
MultiheadInput read_multihead_input(const MultiheadShape& shape, const Tensors& inputs);

/// MultiheadAttention (Vaswani et al. 2017) with torch's parameters. Its parts are children without parameters of their
/// own: q_proj, k_proj, v_proj, and attention between them and out_proj.
class MultiheadAttention final : public WeightedModule {
 public:
  MultiheadAttention(std::string repr, const MultiheadShape& shape);

 protected:
  Tensors forward_list(const Tensors& inputs) override;
  Tensors run(const Tensors& inputs, const Tensors& weights, bool training) const override;

 private:
  struct Projected {
    Tensor query, key, value;
  };
  /// Of one product, where nobody looks at the projections, or of each part's own.
  Projected projected(const MultiheadInput& input, bool same) const;
  Tensors attend(const MultiheadInput& input, Projected projected, const Tensors& weights) const;
  bool projections_are_untouched() const;

  MultiheadShape shape_;
  /// The projections as they were made.
  std::vector<ModulePtr> projections_;
};

}  // namespace jennit
