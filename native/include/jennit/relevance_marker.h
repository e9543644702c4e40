#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// The relevance with a node over it, whose backward tells that the running pass differentiates a relevance.
Tensor mark_relevance(const Tensor& relevance);

/// True while the running backward pass has gone through a marker: rule nodes then pass the true gradient.
bool differentiates_relevance();

}  // namespace jennit
