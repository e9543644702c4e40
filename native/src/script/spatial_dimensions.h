#pragma once

#include <torch/script.h>

#include <optional>

namespace jennit::script {

/// How many dimensions a tensor has besides its samples and channels, as far as the layers and operators that it comes
/// from, or goes to, tell: 2 beside a Conv2d, 0 behind a linear layer.
std::optional<int64_t> spatial_dimensions(const torch::jit::Value* value);

}  // namespace jennit::script
