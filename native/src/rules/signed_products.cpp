#include "signed_products.h"

namespace jennit {

namespace {

Tensor sum(const Tensor& a, const Tensor& b) {
  if (!a.defined()) return b;
  return b.defined() ? a + b : a;
}

}  // namespace

SignedProducts::SignedProducts(const LinearMap& map, Tensor x, const Tensor& weight)
    : map_(map),
      x_(std::move(x)),
      positive_weight_(weight.clamp_min(0)),
      negative_weight_(weight.clamp_max(0)),
      has_negative_input_(x_.numel() > 0 && x_.detach().min().item<double>() < 0) {}

Tensor SignedProducts::positive() const {
  if (!has_negative_input_) return map_.product(x_, positive_weight_, {});
  return map_.product(x_.clamp_min(0), positive_weight_, {}) + map_.product(x_.clamp_max(0), negative_weight_, {});
}

Tensor SignedProducts::negative() const {
  if (!has_negative_input_) return map_.product(x_, negative_weight_, {});
  return map_.product(x_.clamp_min(0), negative_weight_, {}) + map_.product(x_.clamp_max(0), positive_weight_, {});
}

Tensor SignedProducts::transposed(const Tensor& with_positive, const Tensor& with_negative) const {
  Tensor result;
  if (with_positive.defined()) result = map_.transposed(with_positive, positive_weight_, x_.sizes());
  if (with_negative.defined()) result = sum(result, map_.transposed(with_negative, negative_weight_, x_.sizes()));
  return result;
}

Tensor SignedProducts::take_back(const Tensor& u, const Tensor& v) const {
  if (!has_negative_input_) return x_ * transposed(u, v);
  return x_.clamp_min(0) * transposed(u, v) + x_.clamp_max(0) * transposed(v, u);
}

}  // namespace jennit
