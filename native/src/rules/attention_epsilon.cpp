#include <jennit/attention.h>
#include <jennit/callable.h>

#include <limits>

#include "rule_registry.h"
#include "stabilizer.h"

namespace jennit {

namespace {

/// One call of an attention in the time of its relevance: heads of keys and values as many as those of queries.
class AttentionCall {
 public:
  AttentionCall(const RuleCall& call, const Stabilizer& stabilize, bool constant_weights)
      : call_(call),
        stabilize_(stabilize),
        options_(dynamic_cast<const Attention&>(call.callable).attention()),
        mask_(attention_mask(call.inputs, options_)),
        query_(call.inputs[0]),
        key_(with_heads_of(query_, call.inputs[1], options_)),
        value_(with_heads_of(query_, call.inputs[2], options_)),
        receives_{call.receives[0] && !constant_weights, call.receives[1] && !constant_weights, call.receives[2]} {}

  Tensors relevance() const {
    const bool of_weights = receives_[0] || receives_[1];
    const auto weights = remembered("weights", [&] { return at::_safe_softmax(masked_scores(), -1); });
    const auto shares = quotient(call_.relevance(), receives_[2] && of_weights ? 2 * call_.output() : call_.output());
    Tensors result(call_.inputs.size());
    if (receives_[2]) result[2] = as_given(value_ * weights.transpose(-2, -1).matmul(shares), 2);
    if (!of_weights) return result;
    const auto of_scores = relevance_over_scores(weights, shares);
    if (receives_[0]) result[0] = as_given(query_ * of_scores.matmul(key_), 0);
    if (receives_[1]) result[1] = as_given(key_ * of_scores.transpose(-2, -1).matmul(query_), 1);
    return result;
  }

 private:
  static constexpr auto forbidden = -std::numeric_limits<double>::infinity();

  /// What does not depend on the relevance is made once for all passes of a graph, but not where it is recorded.
  Tensor remembered(const std::string& name, const std::function<Tensor()>& make) const {
    return call_.recorded ? make() : call_.remembered(name, make);
  }

  Tensor quotient(const Tensor& relevance, const Tensor& denominator) const {
    return call_.recorded ? relevance / stabilize_(denominator) : stabilize_.quotient(relevance, denominator);
  }

  /// Before scale and mask.
  Tensor scores() const {
    return remembered("scores", [&] { return query_.matmul(key_.transpose(-2, -1)); });
  }

  bool adds_mask() const { return mask_.defined() && mask_.scalar_type() != at::kBool; }

  Tensor masked_scores() const {
    auto scaled = scores() * options_.scale_for(query_);
    if (!mask_.defined()) return scaled;
    return adds_mask() ? scaled + mask_ : scaled.masked_fill(mask_.logical_not(), forbidden);
  }

  /// The relevance of the scores divided by twice the scores: through the softmax, the mask that was added, and the
  /// scale, which is a constant factor.
  Tensor relevance_over_scores(const Tensor& weights, const Tensor& shares) const {
    const auto upper = shares.matmul(value_.transpose(-2, -1));
    const auto factor = options_.scale_for(query_);
    auto relevance = through_softmax(weights, upper);
    auto numerator = scores();
    if (adds_mask()) {
      const auto sum = masked_scores();
      // Where the mask forbids, the weight is zero and nothing arrives.
      const auto seen = sum.masked_fill(sum.eq(forbidden), 0);
      relevance = relevance * seen;
      relevance = quotient(relevance, seen);
    }
    const auto denominator = receives_[0] && receives_[1] ? 2 * numerator : numerator;
    return quotient(relevance * numerator * factor, denominator);
  }

  /// weights * (upper - sum(weights * upper)): the relevance of each softmax input, divided by that input.
  Tensor through_softmax(const Tensor& weights, const Tensor& upper) const {
    if (!call_.recorded) return at::_softmax_backward_data(upper, weights, -1, weights.scalar_type());
    const auto relevance = weights * upper;
    return relevance - weights * relevance.sum(-1, /*keepdim=*/true);
  }

  /// Summed over the heads that share one, and over what was broadcast.
  Tensor as_given(const Tensor& relevance, size_t input) const {
    const auto& sizes = call_.input_sizes[input];
    if (!options_.enable_gqa || input == 0 || relevance.size(-3) == sizes[sizes.size() - 3])
      return relevance.sum_to_size(sizes);
    return relevance.unflatten(-3, {sizes[sizes.size() - 3], -1}).sum(-3).sum_to_size(sizes);
  }

  const RuleCall& call_;
  const Stabilizer& stabilize_;
  const AttentionOptions& options_;
  Tensor mask_, query_, key_, value_;
  bool receives_[3];
};

/// Relevance through softmax(Q K' scale + mask) V as one: with the weights p, made once more, N = R / (2 O + epsilon)
/// and S = Q K', R_V = V (p' N), M = p (N V' - sum(p (N V'))) scale S / (2 S + epsilon), R_Q = Q (M K), R_K = K (M' Q)
/// (Achtibat et al. 2024, propositions 3.1 and 3.3). A mask that is added shares relevance with what it is added to,
/// by epsilon. With constant weights R_V = V (p' (R / (O + epsilon))) alone (Ali et al. 2022).
class AttentionEpsilon final : public Rule {
 public:
  explicit AttentionEpsilon(const Options& options) : stabilize_(Stabilizer::read(options, "epsilon")) {
    const auto weights = options.text("weights", "taylor");
    if (weights != "taylor" && weights != "constant")
      throw std::invalid_argument("option 'weights' must be taylor or constant, but is '" + weights + "'");
    constant_weights_ = weights == "constant";
  }

  std::string name() const override { return "AttentionEpsilon"; }
  Needs needs(const Callable&) const override { return {true, true, false}; }

  void check(const Callable& callable) const override {
    if (dynamic_cast<const Attention*>(&callable) && !callable.is_overridden()) return;
    throw std::invalid_argument("rule AttentionEpsilon works on ScaledDotProductAttention, not on a " +
                                callable.type_name() +
                                (callable.is_overridden() ? " whose forward is overridden" : ""));
  }

  Tensors relevance(const RuleCall& call) const override {
    if (call.training && dynamic_cast<const Attention&>(call.callable).attention().dropout_p > 0)
      throw std::invalid_argument(
          "what dropout left of the weights is not known afterwards: put the module in evaluation mode, or open it "
          "with the canonizer UnfuseAttention");
    return AttentionCall(call, stabilize_, constant_weights_).relevance();
  }

 private:
  Stabilizer stabilize_;
  bool constant_weights_;
};

const RuleRegistration attention{"AttentionEpsilon",
                                 [](const Options& options) { return std::make_shared<AttentionEpsilon>(options); }};

}  // namespace

}  // namespace jennit
