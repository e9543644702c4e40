package org.jennit.nn;

/**
 * Matrix product of two inputs, (..., n, m) and (..., m, p) to (..., n, p), which broadcast as in
 * torch.matmul. {@link org.jennit.rules.MatMulEpsilon} is its rule.
 */
public final class MatMul extends Layer {

  public MatMul() {
    super("MatMul", new Arguments());
  }

  /**
   * @param constant "first" or "second": the operand that is made of the model's parameters alone,
   *     and takes no part in relevance, as they do not
   */
  public MatMul(String constant) {
    super("MatMul", new Arguments().put("constant", constant));
  }

  MatMul(Handle handle) {
    super(handle);
  }
}
