#pragma once

#include <jennit/linear_map.h>
#include <jennit/rule.h>

namespace jennit {

/// What signed_products.h does, for passes that nobody differentiates and parameters as they are: fewer products, and
/// what does not depend on the relevance is made once for all passes of one graph. For one thread.
class FusedProducts {
 public:
  explicit FusedProducts(const RuleCall& call);

  /// Whether the input has values below zero; most layers come after a ReLU and have none.
  bool has_negative_input() const { return has_negative_input_; }

  /// The weight in the input's order of memory. What a rule makes of it lies so too, and serves several products, each
  /// of which would have to bring it there.
  Tensor weight() const;

  /// P + b+ and N + b-.
  Tensor positive() const;
  Tensor negative() const;

  /// Takes u back along the positive contributions and v along the negative ones; v undefined: not at all.
  Tensor take_back(const Tensor& u, const Tensor& v) const;
  /// The same with half the products, x w'(u + v) / 2 + |x| |w|'(u - v) / 2: for u and v that are of the relevance's
  /// size. A large u beside a small positive part would leave the rounding of what cancels.
  Tensor take_back_in_half_sums(const Tensor& u, const Tensor& v) const;
  /// s taken back along a weight of the rule's own, without the input.
  Tensor transposed(const Tensor& s, const Tensor& weight) const;

 private:
  Tensor positive_weight() const;
  Tensor negative_weight() const;
  Tensor bias_part(bool positive) const;
  /// Of one sign, for an input with values below zero.
  Tensor mixed(bool positive) const;
  /// x+ and x- side by side, and the parts of the weight that they meet in contributions of one sign.
  Tensor stacked_input(int64_t dim) const;
  Tensor stacked_weight(bool positive) const;
  /// What is made of the weight, once for this object too: a pass over the weight costs as much as one over an image.
  Tensor once(const std::string& name, const std::function<Tensor()>& make) const;

  const RuleCall& call_;
  const LinearMap& map_;
  bool has_negative_input_;
  /// Where both parts of the input meet their weights in one product.
  std::optional<int64_t> stacking_dim_;
  mutable NamedTensors made_;
};

}  // namespace jennit
