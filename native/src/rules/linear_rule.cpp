#include "linear_rule.h"

#include <stdexcept>

namespace jennit {

LinearRule::LinearRule(std::string name, const Options& options)
    : zero_params(options), stabilize(Stabilizer::read(options, "stabilizer")), name_(std::move(name)) {}

void LinearRule::check(const Callable& callable) const {
  if (callable.linear_map() && !callable.is_overridden()) return;
  throw std::invalid_argument("rule " + name_ + " works on Linear, Conv and ConvTranspose layers, not on a " +
                              callable.type_name() + (callable.linear_map() ? " whose forward is overridden" : "") +
                              ": use Epsilon, Norm, Flat or Pass there");
}

Tensors LinearRule::relevance(const RuleCall& call) const {
  return {as_batch(call, [this](const RuleCall& batch) { return of_batch(batch); })};
}

Tensor as_batch(const RuleCall& call, const std::function<Tensor(const RuleCall&)>& relevance) {
  const auto& sizes = call.input_sizes.at(0);
  if (static_cast<int64_t>(sizes.size()) != call.linear_map()->sample_dim()) return relevance(call);
  auto batch = call;
  batch.is_sample = true;
  batch.input_sizes[0].insert(batch.input_sizes[0].begin(), 1);
  for (auto* tensors : {&batch.inputs, &batch.outputs, &batch.upper})
    for (auto& tensor : *tensors) tensor = tensor.unsqueeze(0);
  return relevance(batch).squeeze(0);
}

Tensor plus_bias(const Tensor& denominator, const Tensor& bias, const LinearMap& map) {
  return bias.defined() ? denominator + map.broadcast_bias(bias, denominator.dim()) : denominator;
}

std::optional<int64_t> ungrouped_channels(const LinearMap& map, at::IntArrayRef sizes, const Tensor& w) {
  const auto channel = static_cast<int64_t>(sizes.size()) - map.sample_dim();
  if (map.input_channel_dim() != 1 || w.size(1) != sizes[channel]) return std::nullopt;
  return channel;
}

}  // namespace jennit
