#include <limits>

#include "checks.h"
#include "multihead_attention.h"

namespace jennit {

namespace {

void check_features(const Tensor& tensor, const std::string& name, int64_t expected) {
  if (tensor.size(-1) != expected) refuse(name, " must have ", expected, " features, but its size is ", tensor.sizes());
}

/// A mask given as bool, true where a key is hidden, or as numbers that are added.
void check_kind(const Tensor& mask, const std::string& name) {
  if (mask.scalar_type() != at::kBool && !at::isFloatingType(mask.scalar_type()))
    refuse(name, " must be of bool or of floating point, but is of ", mask.scalar_type());
}

Tensor padding_mask(const Tensor& given, const MultiheadInput& input) {
  check_kind(given, "key_padding_mask");
  const auto with_batch = input.batched ? given : given.unsqueeze(0);
  const auto samples = input.key.size(0), keys = input.key.size(1);
  if (with_batch.dim() != 2 || with_batch.size(0) != samples || with_batch.size(1) != keys)
    refuse("key_padding_mask must have the shape ",
           input.batched ? c10::str(at::IntArrayRef({samples, keys})) : c10::str(at::IntArrayRef({keys})),
           ", one value for each key, but has ", given.sizes());
  return with_batch.view({samples, 1, 1, keys});
}

Tensor pair_mask(const Tensor& given, const MultiheadInput& input, int64_t heads) {
  check_kind(given, "attn_mask");
  const auto samples = input.query.size(0), queries = input.query.size(1), keys = input.key.size(1);
  const at::IntArrayRef sizes = given.sizes();
  if (sizes == at::IntArrayRef({queries, keys})) return given.view({1, 1, queries, keys});
  if (sizes == at::IntArrayRef({samples * heads, queries, keys})) return given.view({samples, heads, queries, keys});
  refuse("attn_mask must have the shape ", at::IntArrayRef({queries, keys}), " or ",
         at::IntArrayRef({samples * heads, queries, keys}), ", but has ", sizes);
}

Tensor added(const Tensor& mask, at::ScalarType dtype) {
  if (mask.scalar_type() != at::kBool) return mask.to(dtype);
  return at::zeros_like(mask, mask.options().dtype(dtype)).masked_fill(mask, -std::numeric_limits<double>::infinity());
}

/// What LibTorch's attention takes: of bool, where true lets a key be seen, or of numbers to be added.
Tensor merged(const Tensor& padding, const Tensor& pairs, at::ScalarType dtype) {
  const auto allowed_or_added = [&](const Tensor& mask) {
    return mask.scalar_type() == at::kBool ? mask.logical_not() : mask.to(dtype);
  };
  if (!padding.defined()) return pairs.defined() ? allowed_or_added(pairs) : Tensor();
  if (!pairs.defined()) return allowed_or_added(padding);
  if (padding.scalar_type() == at::kBool && pairs.scalar_type() == at::kBool)
    return at::logical_or(padding, pairs).logical_not();
  return added(padding, dtype) + added(pairs, dtype);
}

}  // namespace

MultiheadInput read_multihead_input(const MultiheadShape& shape, const Tensors& inputs) {
  if (inputs.size() < 3 || inputs.size() > 5)
    refuse("it takes query, key and value, then key_padding_mask and attn_mask or none, but ", inputs.size(),
           " tensors were given");
  for (size_t i = 0; i < 3; ++i)
    if (!inputs[i].defined() || (inputs[i].dim() != 2 && inputs[i].dim() != 3) || inputs[i].dim() != inputs[0].dim())
      refuse("query, key and value must all have 2 dimensions or, with a batch, 3, but have ", inputs[0].dim(), ", ",
             inputs[1].dim(), " and ", inputs[2].dim());
  check_features(inputs[0], "query", shape.embed_dim);
  check_features(inputs[1], "key", shape.kdim);
  check_features(inputs[2], "value", shape.vdim);
  MultiheadInput input;
  input.batched = inputs[0].dim() == 3;
  const auto batch_first = [&](const Tensor& x) {
    if (!input.batched) return x.unsqueeze(0);
    return shape.batch_first ? x : x.transpose(0, 1);
  };
  // What is one tensor stays one.
  input.query = batch_first(inputs[0]);
  input.key = inputs[1].is_same(inputs[0]) ? input.query : batch_first(inputs[1]);
  input.value = inputs[2].is_same(inputs[0])   ? input.query
                : inputs[2].is_same(inputs[1]) ? input.key
                                               : batch_first(inputs[2]);
  if (input.key.size(0) != input.query.size(0) || input.value.size(0) != input.query.size(0))
    refuse("query, key and value must have as many samples, but have ", input.query.size(0), ", ", input.key.size(0),
           " and ", input.value.size(0));
  if (input.key.size(1) != input.value.size(1))
    refuse("key and value must have as many positions, but have ", input.key.size(1), " and ", input.value.size(1));
  const auto mask = [&](size_t i) { return i < inputs.size() ? inputs[i] : Tensor(); };
  const auto padding = mask(3).defined() ? padding_mask(mask(3), input) : Tensor();
  const auto pairs = mask(4).defined() ? pair_mask(mask(4), input, shape.num_heads) : Tensor();
  input.mask = merged(padding, pairs, input.query.scalar_type());
  return input;
}

}  // namespace jennit
