#include "operand_share.h"
#include "rule_registry.h"
#include "stabilizer.h"

namespace jennit {

namespace {

/// Relevance of the operands of O = A B: with N = R / (2 O + epsilon), A * (N B') and B * (A' N); with
/// N = R / (O + epsilon) for one operand where the other gets none (Achtibat et al. 2024, proposition 3.3).
class MatMulEpsilon final : public Rule {
 public:
  explicit MatMulEpsilon(const Options& options)
      : stabilize_(Stabilizer::read(options, "epsilon")), share_(read_operand_share(options)) {}

  std::string name() const override { return "MatMulEpsilon"; }
  Needs needs(const Callable&) const override { return {true, true, false}; }
  void check(const Callable& callable) const override { check_is_layer(callable, "MatMul", name()); }

  Tensors relevance(const RuleCall& call) const override {
    const auto operands = operands_of(call, share_);
    const auto &first = call.inputs[0], &second = call.inputs[1];
    const auto denominator = operands.count() == 2 ? 2 * call.output() : call.output();
    const auto shares =
        call.recorded ? call.relevance() / stabilize_(denominator) : stabilize_.quotient(call.relevance(), denominator);
    Tensors result(2);
    if (first.dim() < 2 || second.dim() < 2) {
      const auto gradients = call.own_gradient({shares});
      if (operands.first) result[0] = first * gradients[0];
      if (operands.second) result[1] = second * gradients[1];
      return result;
    }
    if (operands.first) result[0] = first * shares.matmul(second.transpose(-2, -1)).sum_to_size(first.sizes());
    if (operands.second) result[1] = second * first.transpose(-2, -1).matmul(shares).sum_to_size(second.sizes());
    return result;
  }

 private:
  Stabilizer stabilize_;
  OperandShare share_;
};

/// Relevance of the factors of a product: R / 2 each, or R where the other gets none (Achtibat et al. 2024,
/// proposition 3.2), summed over what was broadcast.
class MulShare final : public Rule {
 public:
  explicit MulShare(const Options& options) : share_(read_operand_share(options)) {}

  std::string name() const override { return "MulShare"; }
  Needs needs(const Callable&) const override { return {}; }
  void check(const Callable& callable) const override { check_is_layer(callable, "Mul", name()); }

  Tensors relevance(const RuleCall& call) const override {
    const auto operands = operands_of(call, share_);
    const auto share = operands.count() == 2 ? call.relevance() / 2 : call.relevance();
    Tensors result(2);
    if (operands.first) result[0] = share.sum_to_size(call.input_sizes[0]);
    if (operands.second) result[1] = share.sum_to_size(call.input_sizes[1]);
    return result;
  }

 private:
  OperandShare share_;
};

/// Hands nothing on, so that the module's output counts as a constant.
class Zero final : public Rule {
 public:
  std::string name() const override { return "Zero"; }
  Needs needs(const Callable&) const override { return {}; }
  Tensors relevance(const RuleCall& call) const override { return Tensors(call.input_sizes.size()); }
};

const RuleRegistration matmul{"MatMulEpsilon",
                              [](const Options& options) { return std::make_shared<MatMulEpsilon>(options); }};
const RuleRegistration mul{"MulShare", [](const Options& options) { return std::make_shared<MulShare>(options); }};
const RuleRegistration zero{"Zero", [](const Options&) { return std::make_shared<Zero>(); }};

}  // namespace

}  // namespace jennit
