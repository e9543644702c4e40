#include <ATen/functorch/DynamicLayer.h>
#include <ATen/functorch/PlumbingHelper.h>
#include <torch/library.h>

#include "signatures.h"

// The operators under functorch's vmap: one call over the whole batch.

namespace jennit::kernels {

namespace {

namespace functorch = at::functorch;

int64_t current_level() {
  const auto layer = functorch::maybeCurrentDynamicLayer();
  TORCH_INTERNAL_ASSERT(layer);
  return layer->layerId();
}

/// The operands of one call without the batch that surrounds it, whose dimension comes first.
class Operands {
 public:
  explicit Operands(std::initializer_list<Tensor> tensors) : level_(current_level()) {
    int64_t rank = 0;
    for (const auto& tensor : tensors) rank = std::max(rank, tensor.dim());
    for (const auto& tensor : tensors) {
      auto [values, dimension] = functorch::unwrapTensorAtLevel(tensor, level_);
      if (dimension) {
        values = values.movedim(*dimension, 0);
        // What broadcasts does so behind the batch.
        while (values.dim() <= rank) values = values.unsqueeze(1);
        size_ = values.size(0);
      }
      values_.push_back(std::move(values));
      batched_.push_back(dimension.has_value());
    }
  }

  const Tensor& operator[](size_t index) const { return values_[index]; }

  /// The same for every sample of the batch where it has none of its own.
  Tensor expanded(size_t index) const {
    if (!size_ || batched_[index]) return values_[index];
    auto sizes = values_[index].sizes().vec();
    sizes.insert(sizes.begin(), *size_);
    return values_[index].expand(sizes);
  }

  Tensor result(Tensor values) const {
    return size_ ? functorch::makeBatched(std::move(values), 0, level_) : std::move(values);
  }

 private:
  // Below the level whose kernel runs.
  c10::impl::ExcludeDispatchKeyGuard below_{at::DispatchKey::FuncTorchBatched};
  int64_t level_;
  Tensors values_;
  std::vector<bool> batched_;
  std::optional<int64_t> size_;
};

Tensor quotient_batched(const Tensor& relevance, const Tensor& denominator, double epsilon, bool clip) {
  static const auto op = operation<QuotientOp>("jennit::quotient");
  const Operands operands{relevance, denominator};
  return operands.result(op.call(operands[0], operands[1], epsilon, clip));
}

// A flag holds for the batch as a whole: it asks for a way that is right for every sample.

Tensor scaled_by_sign_batched(const Tensor& weight, double above, double below) {
  static const auto op = operation<ScaledBySignOp>("jennit::scaled_by_sign");
  const Operands operands{weight};
  return operands.result(op.call(operands[0], above, below));
}

Two gamma_batched(const Tensor& relevance, const Tensor& output, const Tensor& favoured, double gamma, double epsilon,
                  bool clip, bool above) {
  static const auto op = operation<GammaOp>("jennit::gamma_seed");
  const Operands operands{relevance, output, favoured};
  const auto [seed, other_side] =
      op.call(operands.expanded(0), operands.expanded(1), operands.expanded(2), gamma, epsilon, clip, above);
  return {operands.result(seed), other_side};
}

Three alpha_beta_batched(const Tensor& relevance, const Tensor& output, const Tensor& positive, double alpha,
                         double beta, double epsilon, bool clip) {
  static const auto op = operation<AlphaBetaOp>("jennit::alpha_beta_seeds");
  const Operands operands{relevance, output, positive};
  const auto [above, below, imprecise] =
      op.call(operands.expanded(0), operands.expanded(1), operands.expanded(2), alpha, beta, epsilon, clip);
  return {operands.result(above), operands.result(below), imprecise};
}

Tensor guided_batched(const Tensor& upper, const Tensor& output) {
  static const auto op = operation<GuidedOp>("jennit::guided");
  const Operands operands{upper, output};
  return operands.result(op.call(operands.expanded(0), operands.expanded(1)));
}

Tensor has_negative_batched(const Tensor& values) {
  static const auto op = operation<HasNegativeOp>("jennit::has_negative");
  const Operands operands{values};
  return op.call(operands[0]);
}

}  // namespace

TORCH_LIBRARY_IMPL(jennit, FuncTorchBatched, library) {
  library.impl("quotient", quotient_batched);
  library.impl("scaled_by_sign", scaled_by_sign_batched);
  library.impl("gamma_seed", gamma_batched);
  library.impl("alpha_beta_seeds", alpha_beta_batched);
  library.impl("guided", guided_batched);
  library.impl("has_negative", has_negative_batched);
}

}  // namespace jennit::kernels
