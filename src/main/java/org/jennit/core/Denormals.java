package org.jennit.core;

import org.jennit.internal.Rules;

/**
 * Numbers that are almost zero: below 1.2e-38 in single precision, 2.2e-308 in double. A processor
 * takes up to a hundred times as long for a product with one of them, and the derivatives of
 * saturated functions are full of them.
 */
public final class Denormals {
  private Denormals() {}

  /**
   * Whether forward and backward passes take such numbers for zero and make none; at first they do
   * not. As {@code torch.set_flush_denormal}, but for the passes of all threads, and only for the
   * time of a pass: arithmetic in Java stays as it is, in callbacks too, and so do LibTorch's
   * operations that are called by themselves. Dense layers may keep such numbers where the matrix
   * library brings threads of its own. Thread-safe.
   *
   * @return false, and nothing changes, where the processor cannot
   */
  public static boolean set_flush_denormal(boolean mode) {
    return Rules.set_flush_denormal(mode);
  }
}
