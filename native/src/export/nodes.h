#pragma once

#include <torch/script.h>

// What the nodes and values of a graph are.

namespace jennit::exported {

inline bool is(const torch::jit::Node& node, const char* kind) {
  return std::string(kind) == node.kind().toQualString();
}

/// Whether a value is the constant number one.
inline bool is_one(const torch::jit::Value* value) {
  const auto constant = torch::jit::toIValue(value);
  return constant && constant->isScalar() && constant->toScalar().toDouble() == 1;
}

}  // namespace jennit::exported
