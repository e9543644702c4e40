#pragma once

#include <jennit/linear_map.h>

#include "stabilizer.h"
#include "zero_params.h"

namespace jennit {

/// A rule for layers whose forward is a linear map; it keeps input, output and parameters unless told otherwise.
class LinearRule : public Rule {
 public:
  LinearRule(std::string name, const Options& options);

  std::string name() const override { return name_; }
  Needs needs(const Callable&) const override { return {true, true, true}; }
  void check(const Callable& callable) const override;

 protected:
  const ZeroParams zero_params;
  const Stabilizer stabilize;

 private:
  std::string name_;
};

/// Adds `bias` (may be undefined) to a denominator.
Tensor plus_bias(const Tensor& denominator, const Tensor& bias, const LinearMap& map);

}  // namespace jennit
