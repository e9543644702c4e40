package org.jennit.rules;

/**
 * Which of the two operands of a product get its relevance. An operand that is constant gets none.
 */
public enum OperandShare {
  /** Both, alike (Achtibat et al. 2024, propositions 3.2 and 3.3). */
  UNIFORM,
  /** The first alone: the second counts as a constant, as a gate does. */
  FIRST,
  /** The second alone: the first counts as a constant, as the weights of an attention do. */
  SECOND,
  /**
   * The one that is no gate, where a {@link org.jennit.nn.Mul} says which is one: a gate counts as
   * a constant (Ali et al. 2022). Both alike elsewhere.
   */
  SIGNAL
}
