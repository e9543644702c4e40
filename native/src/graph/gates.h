#pragma once

#include <optional>

#include "attributes.h"

namespace jennit::graph {

/// Which factor of a product says how much of the other is let through: the one that an activation makes, where no
/// activation makes the other, as in the gated dense layers of language models.
std::optional<size_t> gate_of(const torch::jit::Node& product, const Attributes& attributes);

}  // namespace jennit::graph
