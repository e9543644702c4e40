package org.jennit.nn;

/**
 * Matrix product of two inputs, (..., n, m) and (..., m, p) to (..., n, p), which broadcast as in
 * torch.matmul. {@link org.jennit.rules.MatMulEpsilon} is its rule.
 */
public final class MatMul extends Layer {

  public MatMul() {
    super("MatMul", new Arguments());
  }

  MatMul(Handle handle) {
    super(handle);
  }
}
