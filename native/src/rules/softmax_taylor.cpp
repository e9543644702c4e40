#include <jennit/softmax.h>

#include <cmath>
#include <limits>

#include "rule_registry.h"

namespace jennit {

namespace {

/// x (R - p sum(R)) for p = softmax(x), a Taylor expansion at x (Achtibat et al. 2024, proposition 3.1). It does not
/// conserve: a softmax has a bias. Nothing where x is minus infinity.
class SoftmaxTaylor final : public Rule {
 public:
  std::string name() const override { return "SoftmaxTaylor"; }
  Needs needs(const Callable&) const override { return {true, true, false}; }

  void check(const Callable& callable) const override {
    if (dynamic_cast<const AlongDim*>(&callable) && !callable.is_overridden()) return;
    throw std::invalid_argument("rule SoftmaxTaylor works on Softmax, not on a " + callable.type_name());
  }

  Tensors relevance(const RuleCall& call) const override {
    const auto dim = dynamic_cast<const AlongDim&>(call.callable).dim_of(call.input());
    const auto x = call.input().masked_fill(call.input().eq(-std::numeric_limits<double>::infinity()), 0);
    const auto sum = call.relevance().sum(dim, /*keepdim=*/true);
    if (call.recorded) return {x * (call.relevance() - call.output() * sum)};
    return {(call.relevance() - call.output() * sum).mul_(x)};
  }
};

const RuleRegistration softmax{"SoftmaxTaylor", [](const Options&) { return std::make_shared<SoftmaxTaylor>(); }};

}  // namespace

}  // namespace jennit
