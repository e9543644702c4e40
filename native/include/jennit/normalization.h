#pragma once

#include <jennit/callable.h>

namespace jennit {

/// The half of a node that says that it is an RMSNorm, which LibTorch lacks as a layer.
class RootMeanSquare {
 public:
  virtual ~RootMeanSquare() = default;
  /// How many of the last dimensions are normalized together.
  virtual int64_t normalized_dims() const = 0;
};

/// What a normalization does to one call's input, in the shape in which one pair of statistics runs over the last
/// dimension.
struct Normalized {
  /// The input's shape with the normalized values in the last dimension.
  std::vector<int64_t> rows;
  /// 1 / sqrt(variance + eps), broadcasting over `rows`; with history where the input has one.
  Tensor factor;
  /// Whether the mean of each row is subtracted. RMSNorm subtracts none, running statistics are no function of the
  /// input.
  bool centered = true;
  /// The weight, broadcasting over the input; undefined: none.
  Tensor weight;
};

/// Of LayerNorm, RMSNorm, GroupNorm and InstanceNorm; none for other layers.
std::optional<Normalized> normalized(Callable& layer, const Tensor& input, const NamedTensors& parameters,
                                     bool training);

/// Whether `normalized` knows the layer.
bool is_normalization(const Callable& layer);

}  // namespace jennit
