#pragma once

#include "attributes.h"

namespace jennit::graph {

/// How many dimensions a tensor has besides its samples and channels, as far as the layers and operators that it comes
/// from, or goes to, tell: 2 beside a Conv2d, 0 behind a linear layer.
std::optional<int64_t> spatial_dimensions(const torch::jit::Value* value, const Attributes& attributes);

}  // namespace jennit::graph
