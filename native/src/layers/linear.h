#pragma once

#include <jennit/linear_map.h>

#include <memory>

namespace jennit {

/// The map of a dense layer: inputs of (..., in_features), weights of (out_features, in_features).
std::unique_ptr<LinearMap> linear_product();

}  // namespace jennit
