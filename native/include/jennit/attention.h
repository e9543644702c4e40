#pragma once

#include <jennit/tensors.h>

#include <optional>

namespace jennit {

/// torch's arguments of scaled_dot_product_attention, without the tensors.
struct AttentionOptions {
  /// Of the weights, while training.
  double dropout_p = 0;
  /// A query sees no key that comes after it.
  bool is_causal = false;
  /// What the products of queries and keys are multiplied by; 1 / sqrt(features) where absent.
  std::optional<double> scale;
  /// Several heads of queries share one of keys and values.
  bool enable_gqa = false;

  double scale_for(const Tensor& query) const;
};

/// The half of a node that says that it is softmax(query key' scale + mask) value. Its inputs: query (..., L, E), key
/// (..., S, E), value (..., S, V), then a mask that broadcasts to (..., L, S), or none: of bool, where true lets a
/// query see a key, or of floating point, to be added. Its output: (..., L, V).
class Attention {
 public:
  virtual ~Attention() = default;
  virtual const AttentionOptions& attention() const = 0;
};

/// Keys or values with as many heads as the queries have.
Tensor with_heads_of(const Tensor& query, const Tensor& key, const AttentionOptions& options);

/// What forbids or weighs pairs of queries and keys: the mask given, or the causal one, of bool; undefined: nothing.
Tensor attention_mask(const Tensors& inputs, const AttentionOptions& options);

/// softmax(query key' scale + mask), (..., L, S); zeros for a query that sees no key.
Tensor attention_weights(const Tensors& inputs, const AttentionOptions& options);

/// Throws std::invalid_argument for inputs that are no attention's.
void check_attention_inputs(const Tensors& inputs, const AttentionOptions& options);

/// A node that computes what an attention computes, by children with names: `scores` (MatMul), `scale` (Mul), `mask`
/// (Add, where a mask is added), `softmax`, `dropout` (where there is some) and `output` (MatMul). Throws
/// std::invalid_argument for a module that is no attention.
ModulePtr explicit_attention(torch::nn::Module& attention);

}  // namespace jennit
