#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// The half of a node that says that it is a softmax.
class AlongDim {
 public:
  virtual ~AlongDim() = default;
  /// The dimension that sums to one.
  virtual int64_t dim_of(const Tensor& input) const = 0;
};

}  // namespace jennit
