#include <jennit/kernels.h>

#include "linear_rule.h"
#include "rule_registry.h"

namespace jennit {

namespace {

/// `bound` in the shape of the input: a number, a tensor that broadcasts, or one with a longer batch, which is cut. For
/// an input that is a sample in a batch of one it may lack the batch dimension too.
Tensor expanded(Tensor bound, const Tensor& input, bool is_sample, const std::string& name) {
  bound = bound.to(input.options());
  const auto fits = [](at::IntArrayRef sizes, at::IntArrayRef target, size_t from) {
    for (size_t i = from; i < sizes.size(); ++i)
      if (sizes[i] != 1 && sizes[i] != target[i]) return false;
    return true;
  };
  if (bound.dim() == 0) return bound.expand(input.sizes());
  if (is_sample && bound.dim() < input.dim() && fits(bound.sizes(), input.sizes().slice(1, bound.dim()), 0))
    bound = bound.unsqueeze(0);
  if (bound.dim() <= input.dim() && fits(bound.sizes(), input.sizes().slice(0, bound.dim()), 0)) {
    while (bound.dim() < input.dim()) bound = bound.unsqueeze(-1);
    return bound.expand(input.sizes());
  }
  if (bound.dim() == input.dim() && bound.size(0) > input.size(0) && fits(bound.sizes(), input.sizes(), 1))
    return bound.narrow(0, 0, input.size(0)).expand(input.sizes());
  throw std::invalid_argument("ZBox: " + name + " has the shape " + c10::str(bound.sizes()) +
                              ", which does not broadcast to the input's " +
                              c10::str(input.sizes().slice(is_sample ? 1 : 0)));
}

/// One sample stands for all where a bound is the same for each.
Tensor one_sample(const Tensor& bound) {
  return bound.dim() > 1 && bound.size(0) > 1 && bound.stride(0) == 0 ? bound.narrow(0, 0, 1) : bound;
}

/// For an input layer of values between low and high (Montavon et al. 2017, eq. 19): contributions x w - l w+ - h w-,
/// which are (x - h) w + (h - l) w+, since w- = w - w+: two products in place of three. The bias cancels.
class ZBox final : public LinearRule {
 public:
  explicit ZBox(const Options& options)
      : LinearRule("ZBox", options), low_(options.tensor("low")), high_(options.tensor("high")) {}

 protected:
  Tensor of_batch(const RuleCall& call) const override {
    const auto& map = *call.linear_map();
    const auto& x = call.input();
    const auto w = zero_params.weight(call);
    const auto channel = ungrouped_channels(map, x.sizes(), w);
    const bool fused = channel && !call.recorded;
    if (fused && low_.dim() == 0 && high_.dim() == 0) return between_numbers(call, w, *channel);
    const auto high = one_sample(expanded(high_, x, call.is_sample, "high"));
    const auto range = high - one_sample(expanded(low_, x, call.is_sample, "low"));
    if (fused) return stacked(call, w, high, range, *channel);
    const auto positive = w.clamp_min(0);
    const auto denominator = [&] {
      return without_bias(call) - map.product(high, w, {}) + map.product(range, positive, {});
    };
    const auto s = call.recorded ? call.relevance() / stabilize(denominator())
                                 : stabilize.quotient(call.relevance(), call.remembered("denominator", denominator));
    return (x - high) * map.transposed(s, w, x.sizes()) + range * map.transposed(s, positive, x.sizes());
  }

 private:
  /// Bounds that are the same everywhere belong to the weight: x w - 1 u with u = l w+ + h w-.
  Tensor between_numbers(const RuleCall& call, const Tensor& w, int64_t channel) const {
    const auto& map = *call.linear_map();
    const auto& x = call.input();
    const auto bound =
        call.remembered("bound", [&] { return kernels::scaled_by_sign(w, low_.item<double>(), high_.item<double>()); });
    const auto denominator = call.remembered("denominator", [&] {
      if (zero_params.has("weight")) return at::zeros_like(call.output());
      auto one = x.sizes().vec();
      one[0] = 1;
      return call.output() - map.product(at::ones(one, x.options()), bound, call.parameter("bias"));
    });
    const auto weights = call.remembered("weights", [&] { return at::cat({w, bound}, map.input_channel_dim()); });
    const auto [along_w, along_bound] = taken_back(call, denominator, weights, channel);
    return along_w.mul(x).sub_(along_bound);
  }

  /// Both terms as channels of one input, which meet w and w+: one product in place of two.
  Tensor stacked(const RuleCall& call, const Tensor& w, const Tensor& high, const Tensor& range,
                 int64_t channel) const {
    const auto& map = *call.linear_map();
    const auto weights =
        call.remembered("weights", [&] { return at::cat({w, w.clamp_min(0)}, map.input_channel_dim()); });
    const auto denominator = call.remembered("denominator", [&] {
      return without_bias(call) + map.product(at::cat({high.neg().expand_as(range), range}, channel), weights, {});
    });
    const auto [along_w, along_positive] = taken_back(call, denominator, weights, channel);
    // Not addcmul_, which has no rule for many targets at once.
    return along_w.mul(call.input() - high).add_(along_positive.mul(range));
  }

  /// The quotients along each of two stacked weights.
  std::pair<Tensor, Tensor> taken_back(const RuleCall& call, const Tensor& denominator, const Tensor& weights,
                                       int64_t channel) const {
    auto sizes = call.input().sizes().vec();
    const auto channels = sizes[channel];
    sizes[channel] *= 2;
    const auto s = stabilize.quotient(call.relevance(), denominator);
    const auto both = call.linear_map()->transposed(s, weights, sizes);
    return {both.narrow(channel, 0, channels), both.narrow(channel, channels, channels)};
  }

  Tensor without_bias(const RuleCall& call) const {
    if (zero_params.has("weight")) return at::zeros_like(call.output());
    const auto bias = call.parameter("bias");
    return bias.defined() ? call.output() - call.linear_map()->broadcast_bias(bias, call.output().dim())
                          : call.output();
  }

  Tensor low_, high_;
};

const RuleRegistration zbox{"ZBox", [](const Options& options) { return std::make_shared<ZBox>(options); }};

}  // namespace

}  // namespace jennit
