#pragma once

#include <jennit/tensors.h>
#include <torch/script.h>

#include <optional>

namespace jennit::graph {

/// How the inputs of an operation become those of the layer that does it.
enum class Operands {
  /// As they are.
  given,
  /// a, b, alpha: of a + alpha * b, where the layer knows alpha.
  sum,
  /// a, b, alpha: a + alpha * b, for an alpha that each call gives.
  weighted_sum,
  /// a, b, alpha: a - alpha * b, likewise.
  weighted_difference,
  /// a, b, of which one may be a number: a * b.
  product,
  /// a, b: a / b for a b that nothing is differentiated by.
  quotient,
  /// a: -a.
  negation,
};

/// The tensors that the layer is called with. None where it is no work for a layer: for whole numbers, of which layers
/// and rules know nothing, and for divisors that depend on the input.
std::optional<Tensors> operands_of(Operands operands, const std::vector<c10::IValue>& inputs);

}  // namespace jennit::graph
