#include <jennit/kernels.h>

#include <cstdio>

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

/// An expanded bound by channel, in a shape that broadcasts to the weight; undefined where it differs from place to
/// place.
Tensor by_channel(const Tensor& bound, int64_t channel, const Tensor& w) {
  auto values = bound;
  for (auto i = bound.dim() - 1; i >= 0; --i) {
    if (i == channel) continue;
    if (bound.size(i) == 0 || (bound.size(i) > 1 && bound.stride(i) != 0)) return {};
    values = values.select(i, 0);
  }
  std::vector<int64_t> shape(w.dim(), 1);
  shape[1] = bound.size(channel);
  return values.reshape(shape);
}

/// The two numbers, exactly.
std::string name_of(const Tensor& low, const Tensor& high) {
  char text[64];
  std::snprintf(text, sizeof text, " %a %a", low.item<double>(), high.item<double>());
  return text;
}

/// Of an input of one sample of these sizes.
std::string for_sizes(std::string name, const Tensor& input) {
  for (const auto size : input.sizes().slice(1)) name += ' ' + std::to_string(size);
  return name;
}

/// For an input layer of values between low and high (Montavon et al. 2017, eq. 19): contributions x w - l w+ - h w-.
/// The bias cancels.
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
    if (fused && low_.dim() == 0 && high_.dim() == 0)
      return between_constants(call, w, *channel, name_of(low_, high_),
                               [&] { return kernels::scaled_by_sign(w, low_.item<double>(), high_.item<double>()); });
    const auto low = expanded(low_, x, call.is_sample, "low"), high = expanded(high_, x, call.is_sample, "high");
    if (fused) {
      const auto lowest = by_channel(low, *channel, w), highest = by_channel(high, *channel, w);
      if (!lowest.defined() || !highest.defined()) return stacked(call, w, low, high, *channel);
      return between_constants(call, w, *channel, "", [&] { return at::where(w.gt(0), lowest, highest) * w; });
    }
    const auto positive = w.clamp_min(0), negative = w.clamp_max(0);
    const auto denominator = [&] {
      const auto z = without_bias(call, map);
      return z - map.product(one_sample(low), positive, {}) - map.product(one_sample(high), negative, {});
    };
    const auto s = call.recorded ? call.relevance() / stabilize(denominator())
                                 : stabilize.quotient(call.relevance(), call.remembered("denominator", denominator));
    return x * map.transposed(s, w, x.sizes()) - low * map.transposed(s, positive, x.sizes()) -
           high * map.transposed(s, negative, x.sizes());
  }

 private:
  /// Bounds that are the same at every place belong to the weight, as u = l w+ + h w-: contributions x w - 1 u, the
  /// terms of which meet s in one product. What the numbers give is kept under their name; tensors, which have none,
  /// may be written to.
  Tensor between_constants(const RuleCall& call, const Tensor& w, int64_t channel, const std::string& numbers,
                           const std::function<Tensor()>& make_u) const {
    const auto& map = *call.linear_map();
    const auto& x = call.input();
    const auto kept = [&](const std::string& name, const std::function<Tensor()>& make) {
      return numbers.empty() ? call.remembered(name, make) : call.derived(name + numbers, make);
    };
    const auto u = kept("bounds", make_u);
    const auto denominator = call.remembered("denominator", [&] {
      if (zero_params.has("weight")) return at::zeros_like(call.output());
      return call.output() - kept(for_sizes("bounds_product", x), [&] {
               auto one = x.sizes().vec();
               one[0] = 1;
               return map.product(at::ones(one, x.options()), u, call.parameter("bias"));
             });
    });
    const auto weights = kept("weights", [&] { return at::cat({w, u}, map.input_channel_dim()); });
    const auto channels = x.size(channel);
    auto sizes = x.sizes().vec();
    sizes[channel] *= 2;
    const auto both = map.transposed(stabilize.quotient(call.relevance(), denominator), weights, sizes);
    return both.narrow(channel, 0, channels).mul(x).sub_(both.narrow(channel, channels, channels));
  }

  /// Input and bounds as channels of one input, which meet w, -w+ and -w-: one product in place of three. The two parts
  /// of (x - h) w + (h - l) w+ would do, but lose digits: where x = l = 0, h w- would be a difference of larger
  /// numbers.
  Tensor stacked(const RuleCall& call, const Tensor& w, const Tensor& low, const Tensor& high, int64_t channel) const {
    const auto& map = *call.linear_map();
    const auto& x = call.input();
    const auto along = map.input_channel_dim();
    const auto bounds =
        call.derived("sides", [&] { return at::cat({w.clamp_min(0).neg_(), w.clamp_max(0).neg_()}, along); });
    const auto denominator = call.remembered("denominator", [&] {
      const auto ends = one_sample(low).size(0) == one_sample(high).size(0)
                            ? at::cat({one_sample(low), one_sample(high)}, channel)
                            : at::cat({low, high}, channel);
      const auto bias = call.parameter("bias");
      if (zero_params.has("weight") || !bias.defined()) return without_bias(call, map) + map.product(ends, bounds, {});
      return call.output() + map.product(ends, bounds, bias.neg());
    });
    const auto s = stabilize.quotient(call.relevance(), denominator);
    auto sizes = x.sizes().vec();
    sizes[channel] *= 3;
    const auto parts = map.transposed(s, at::cat({w, bounds}, along), sizes).chunk(3, channel);
    // Not addcmul_, which has no rule for many targets at once.
    return parts[0].mul(x).add_(parts[1].mul(low)).add_(parts[2].mul(high));
  }

  Tensor without_bias(const RuleCall& call, const LinearMap& map) const {
    if (zero_params.has("weight")) return at::zeros_like(call.output());
    const auto bias = call.parameter("bias");
    return bias.defined() ? call.output() - map.broadcast_bias(bias, call.output().dim()) : call.output();
  }

  Tensor low_, high_;
};

const RuleRegistration zbox{"ZBox", [](const Options& options) { return std::make_shared<ZBox>(options); }};

}  // namespace

}  // namespace jennit
