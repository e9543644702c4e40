#include "fused_products.h"

#include <jennit/kernels.h>

namespace jennit {

FusedProducts::FusedProducts(const RuleCall& call)
    : call_(call),
      map_(*call.linear_map()),
      weight_(call.parameter("weight")),
      has_negative_input_(
          call.remembered("has_negative_input",
                          [&] { return at::scalar_tensor(kernels::has_negative(call.input()), at::kBool); })
              .item<bool>()) {}

Tensor FusedProducts::positive_weight() const {
  return call_.remembered("positive_weight", [&] { return weight_.clamp_min(0); });
}

Tensor FusedProducts::negative_weight() const {
  return call_.remembered("negative_weight", [&] { return weight_.clamp_max(0); });
}

Tensor FusedProducts::bias_part(bool positive) const {
  const auto bias = call_.parameter("bias");
  if (!bias.defined()) return bias;
  return positive ? bias.clamp_min(0) : bias.clamp_max(0);
}

Tensor FusedProducts::positive() const {
  return call_.remembered("positive", [&] {
    const auto& x = call_.input();
    if (!has_negative_input_) return map_.product(x, positive_weight(), bias_part(true));
    return map_.product(x.clamp_min(0), positive_weight(), bias_part(true))
        .add_(map_.product(x.clamp_max(0), negative_weight(), {}));
  });
}

Tensor FusedProducts::negative() const {
  return call_.remembered("negative", [&] {
    const auto& x = call_.input();
    if (!has_negative_input_) return map_.product(x, negative_weight(), bias_part(false));
    return map_.product(x.clamp_min(0), negative_weight(), bias_part(false))
        .add_(map_.product(x.clamp_max(0), positive_weight(), {}));
  });
}

Tensor FusedProducts::transposed(const Tensor& s, const Tensor& weight) const {
  return map_.transposed(s, weight, call_.input().sizes());
}

Tensor FusedProducts::take_back_along(const Tensor& s, const Tensor& weight) const {
  return transposed(s, weight).mul_(call_.input());
}

Tensor FusedProducts::take_back(const Tensor& u, const Tensor& v) const {
  const auto& x = call_.input();
  if (!has_negative_input_) {
    auto result = transposed(u, positive_weight());
    if (v.defined()) result.add_(transposed(v, negative_weight()));
    return result.mul_(x);
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
  const auto magnitude = call_.remembered("weight_magnitude", [&] { return weight_.abs(); });
  return transposed(u + v, weight_).mul_(x).add_(transposed(u - v, magnitude).mul_(x.abs())).mul_(0.5);
}

}  // namespace jennit
