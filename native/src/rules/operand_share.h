#pragma once

#include <jennit/rule.h>

namespace jennit {

/// Which operands of a product get relevance: both alike, or one of them all. `signal`: the one that is no gate, where
/// the node is a product that says which is; both alike elsewhere.
enum class OperandShare { uniform, first, second, signal };

/// Reads the option `share`.
OperandShare read_operand_share(const Options& options);

/// Whether each of the two operands of a call gets relevance; a constant gets none.
struct Operands {
  bool first, second;
  /// Among how many the relevance is shared out.
  int64_t count() const { return first && second ? 2 : 1; }
};
Operands operands_of(const RuleCall& call, OperandShare share);

/// Throws std::invalid_argument for a module that is not the layer `type`.
void check_is_layer(const Callable& callable, const std::string& type, const std::string& rule);

}  // namespace jennit
