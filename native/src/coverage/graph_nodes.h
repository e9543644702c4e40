#pragma once

#include <torch/csrc/autograd/function.h>

#include <string>

namespace jennit {

/// The operation that a node differentiates, as torch names it: "add" for AddBackward0.
std::string operation_of(const torch::autograd::Node& node);

/// How an operation hands on relevance when it hands on its gradient.
enum class Handing {
  /// Value by value: it moves, copies or picks them.
  unchanged,
  /// So, where one of its operands alone depends on the input.
  unchanged_alone,
  /// It mixes, splits or scales.
  changed,
};
Handing handing_of(const std::string& operation);

}  // namespace jennit
