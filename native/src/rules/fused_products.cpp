#include "fused_products.h"

#include <jennit/kernels.h>

#include "linear_rule.h"

namespace jennit {

namespace {

bool has_negative(const RuleCall& call) {
  const auto look = [&] { return kernels::has_negative(call.input()); };
  if (!call.memory) return look();
  return call.remembered("has_negative_input", [&] { return at::scalar_tensor(look(), at::kBool); }).item<bool>();
}

}  // namespace

FusedProducts::FusedProducts(const RuleCall& call)
    : call_(call),
      map_(*call.linear_map()),
      has_negative_input_(has_negative(call)),
      stacking_dim_(ungrouped_channels(map_, call.input().sizes(), call.parameter("weight"))) {}

Tensor FusedProducts::once(const std::string& name, const std::function<Tensor()>& make) const {
  auto found = made_.find(name);
  if (found == made_.end()) found = made_.emplace(name, call_.derived(name, make)).first;
  return found->second;
}

Tensor FusedProducts::weight() const {
  const auto weight = call_.parameter("weight");
  const auto& x = call_.input();
  return x.dim() == weight.dim() ? weight.contiguous(x.suggest_memory_format()) : weight;
}

Tensor FusedProducts::positive_weight() const {
  return once("positive_weight", [&] { return weight().clamp_min(0); });
}

Tensor FusedProducts::negative_weight() const {
  return once("negative_weight", [&] { return weight().clamp_max(0); });
}

Tensor FusedProducts::bias_part(bool positive) const {
  auto bias = call_.parameter("bias");
  if (!bias.defined()) return bias;
  return positive ? call_.derived("positive_bias", [&] { return bias.clamp_min(0); })
                  : call_.derived("negative_bias", [&] { return bias.clamp_max(0); });
}

Tensor FusedProducts::positive() const {
  return call_.remembered("positive", [&] {
    return has_negative_input_ ? mixed(true) : map_.product(call_.input(), positive_weight(), bias_part(true));
  });
}

Tensor FusedProducts::negative() const {
  return call_.remembered("negative", [&] {
    return has_negative_input_ ? mixed(false) : map_.product(call_.input(), negative_weight(), bias_part(false));
  });
}

Tensor FusedProducts::mixed(bool positive) const {
  if (stacking_dim_) return map_.product(stacked_input(*stacking_dim_), stacked_weight(positive), bias_part(positive));
  const auto& x = call_.input();
  const auto same = positive ? positive_weight() : negative_weight();
  const auto other = positive ? negative_weight() : positive_weight();
  return map_.product(x.clamp_min(0), same, bias_part(positive)).add_(map_.product(x.clamp_max(0), other, {}));
}

Tensor FusedProducts::stacked_input(int64_t dim) const {
  const auto& x = call_.input();
  return at::cat({x.clamp_min(0), x.clamp_max(0)}, dim);
}

Tensor FusedProducts::stacked_weight(bool positive) const {
  return once(positive ? "stacked_weight" : "stacked_negative_weight", [&] {
    const auto ordered = weight();
    const auto above = ordered.clamp_min(0), below = ordered.clamp_max(0);
    return at::cat({positive ? above : below, positive ? below : above}, map_.input_channel_dim());
  });
}

Tensor FusedProducts::transposed(const Tensor& s, const Tensor& weight) const {
  return map_.transposed(s, weight, call_.input().sizes());
}

Tensor FusedProducts::take_back(const Tensor& u, const Tensor& v) const {
  const auto& x = call_.input();
  if (!has_negative_input_) {
    auto result = transposed(u, positive_weight());
    if (v.defined()) result.add_(transposed(v, negative_weight()));
    return result.mul_(x);
  }
  if (stacking_dim_) {
    auto sizes = x.sizes().vec();
    sizes[*stacking_dim_] *= 2;
    auto both = map_.transposed(u, stacked_weight(true), sizes);
    if (v.defined()) both.add_(map_.transposed(v, stacked_weight(false), sizes));
    const auto parts = both.chunk(2, *stacking_dim_);
    return parts[0].mul(x.clamp_min(0)).add_(parts[1].mul(x.clamp_max(0)));
  }
  auto above = transposed(u, positive_weight()), below = transposed(u, negative_weight());
  if (v.defined()) {
    above.add_(transposed(v, negative_weight()));
    below.add_(transposed(v, positive_weight()));
  }
  return above.mul_(x.clamp_min(0)).add_(below.mul_(x.clamp_max(0)));
}

Tensor FusedProducts::take_back_in_half_sums(const Tensor& u, const Tensor& v) const {
  const auto& x = call_.input();
  const auto magnitude = call_.derived("weight_magnitude", [&] { return weight().abs(); });
  return transposed(u + v, weight()).mul_(x).add_(transposed(u - v, magnitude).mul_(x.abs())).mul_(0.5);
}

}  // namespace jennit
