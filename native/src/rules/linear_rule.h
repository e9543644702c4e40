#pragma once

#include <jennit/linear_map.h>

#include <functional>

#include "stabilizer.h"
#include "zero_params.h"

namespace jennit {

/// What `relevance` gives for the input of a layer that is a linear map. A call without a batch dimension is seen as a
/// batch of one.
Tensor as_batch(const RuleCall& call, const std::function<Tensor(const RuleCall&)>& relevance);

/// A rule for layers whose forward is a linear map; it keeps input, output and parameters unless told otherwise.
class LinearRule : public Rule {
 public:
  LinearRule(std::string name, const Options& options);

  std::string name() const override { return name_; }
  Needs needs(const Callable&) const override { return {true, true, true, true}; }
  void check(const Callable& callable) const override;
  Tensors relevance(const RuleCall& call) const final;

 protected:
  /// The relevance of the input of a call that has a batch dimension.
  virtual Tensor of_batch(const RuleCall& call) const = 0;

  const ZeroParams zero_params;
  const Stabilizer stabilize;

 private:
  std::string name_;
};

/// Adds `bias` (may be undefined) to a denominator.
Tensor plus_bias(const Tensor& denominator, const Tensor& bias, const LinearMap& map);

/// The channels of an input of these sizes, and of the output, where every output depends on all of them: several
/// inputs may then be stacked along it, to meet weights stacked in input_channel_dim(), one product in place of
/// several. None where there are groups of channels; a transposed convolution hides them in one dimension.
std::optional<int64_t> ungrouped_channels(const LinearMap& map, at::IntArrayRef sizes, const Tensor& w);

}  // namespace jennit
