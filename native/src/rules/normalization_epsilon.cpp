#include <jennit/normalization.h>

#include "rule_registry.h"
#include "stabilizer.h"

namespace jennit {

namespace {

/// Epsilon through a normalization whose deviation counts as a constant (Achtibat et al. 2024, proposition 3.4 with
/// equation 8): with c = R / (y + epsilon) w / deviation, x (c - mean(c)), the mean over what is normalized together;
/// without the mean where none is subtracted from x. A bias stands in the denominator alone.
class NormalizationEpsilon final : public Rule {
 public:
  explicit NormalizationEpsilon(const Options& options) : stabilize_(Stabilizer::read(options, "epsilon")) {}

  std::string name() const override { return "NormalizationEpsilon"; }
  Needs needs(const Callable&) const override { return {true, true, true, true}; }

  void check(const Callable& callable) const override {
    if (is_normalization(callable)) return;
    throw std::invalid_argument(
        "rule NormalizationEpsilon works on LayerNorm, RMSNorm, GroupNorm and InstanceNorm, not on a " +
        callable.type_name() + ": use Pass, Epsilon or Norm there");
  }

  Tensors relevance(const RuleCall& call) const override {
    const auto& x = call.input();
    const auto norm = normalized(call.callable, x, call.parameters, call.training);
    TORCH_INTERNAL_ASSERT(norm);  // check() was asked before
    auto shares = call.recorded ? call.relevance() / stabilize_(call.output())
                                : stabilize_.quotient(call.relevance(), call.output());
    if (norm->weight.defined()) shares = shares * norm->weight;
    shares = shares.reshape(norm->rows) * norm->factor;
    if (norm->centered) shares = shares - shares.mean(-1, /*keepdim=*/true);
    return {x * shares.reshape(x.sizes())};
  }

 private:
  Stabilizer stabilize_;
};

const RuleRegistration normalization{
    "NormalizationEpsilon", [](const Options& options) { return std::make_shared<NormalizationEpsilon>(options); }};

}  // namespace

}  // namespace jennit
