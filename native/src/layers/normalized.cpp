#include <jennit/layers.h>
#include <jennit/normalization.h>

#include <limits>

#include "layer.h"

namespace jennit {

namespace {

/// How many of the last dimensions a weight stands for.
std::vector<int64_t> with_last_flat(const Tensor& input, int64_t dims) {
  auto rows = input.sizes().vec();
  rows.resize(rows.size() - dims);
  rows.push_back(-1);
  return rows;
}

/// Per channel, where channels come after the batch or, unbatched, first.
Tensor per_channel(const Tensor& values, const Tensor& input, int64_t channel_dim) {
  if (!values.defined()) return values;
  std::vector<int64_t> sizes(input.dim(), 1);
  sizes[channel_dim] = values.size(0);
  return values.view(sizes);
}

Tensor named(const NamedTensors& tensors, const std::string& name) {
  const auto found = tensors.find(name);
  return found == tensors.end() ? Tensor() : found->second;
}

Tensor inverse_deviation(const Tensor& rows, double eps) {
  return (rows.var(-1, /*unbiased=*/false, /*keepdim=*/true) + eps).rsqrt();
}

Normalized over_last(Callable& layer, const Tensor& input, const Tensor& weight, int64_t dims, bool centered) {
  Normalized result;
  result.rows = with_last_flat(input, dims);
  result.centered = centered;
  result.weight = weight;
  const auto rows = input.reshape(result.rows);
  // Torch's eps where none is given.
  const auto eps = layer.eps().value_or(input.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                                           : std::numeric_limits<float>::epsilon());
  result.factor = centered ? inverse_deviation(rows, eps) : (rows.square().mean(-1, true) + eps).rsqrt();
  return result;
}

/// Instance norms of any rank.
template <class Impl>
std::optional<Normalized> instance(Callable& layer, const Tensor& input, const NamedTensors& parameters, bool training,
                                   int64_t dims) {
  auto* impl = dynamic_cast<Impl*>(&layer.module());
  if (!impl) return std::nullopt;
  const auto channel_dim = input.dim() - dims - 1;
  Normalized result;
  result.rows = with_last_flat(input, dims);
  result.weight = per_channel(named(parameters, "weight"), input, channel_dim);
  const bool tracked = impl->options.track_running_stats() && !training;
  result.centered = !tracked;
  const auto eps = impl->options.eps();
  result.factor = tracked ? (layer.parameter("running_var") + eps).rsqrt().unsqueeze(-1)
                          : inverse_deviation(input.reshape(result.rows), eps);
  return result;
}

}  // namespace

std::optional<Normalized> normalized(Callable& layer, const Tensor& input, const NamedTensors& parameters,
                                     bool training) {
  const auto weight = named(parameters, "weight");
  if (auto* norm = dynamic_cast<torch::nn::LayerNormImpl*>(&layer.module()))
    return over_last(layer, input, weight, static_cast<int64_t>(norm->options.normalized_shape().size()), true);
  if (const auto* norm = dynamic_cast<const RootMeanSquare*>(&layer))
    return over_last(layer, input, weight, norm->normalized_dims(), false);
  if (auto* norm = dynamic_cast<torch::nn::GroupNormImpl*>(&layer.module())) {
    Normalized result;
    result.rows = {input.size(0), norm->options.num_groups(), -1};
    result.weight = per_channel(weight, input, 1);
    result.factor = inverse_deviation(input.reshape(result.rows), norm->options.eps());
    return result;
  }
  if (auto found = instance<torch::nn::InstanceNorm1dImpl>(layer, input, parameters, training, 1)) return found;
  if (auto found = instance<torch::nn::InstanceNorm2dImpl>(layer, input, parameters, training, 2)) return found;
  return instance<torch::nn::InstanceNorm3dImpl>(layer, input, parameters, training, 3);
}

bool is_normalization(const Callable& layer) {
  if (layer.is_overridden()) return false;
  if (dynamic_cast<const RootMeanSquare*>(&layer)) return true;
  for (const auto* type : {"LayerNorm", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"})
    if (is_layer(layer, type)) return true;
  return false;
}

}  // namespace jennit
