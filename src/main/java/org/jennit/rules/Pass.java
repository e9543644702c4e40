package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/**
 * Hands the relevance through unchanged, without a look at the module.
 *
 * <p>Of several inputs, those take part that need a gradient and that an output depends on; of
 * several outputs, those that carry a gradient. Where there are as many of both, the k-th output's
 * relevance goes to the k-th input; otherwise each of n inputs gets {@code R / n}, its equal share
 * of what the outputs carry together. What goes in comes out: the sum is kept. Shares have the
 * shape of the output, and an input of another shape is refused by name: where inputs are broadcast
 * or concatenated, {@link Epsilon} and {@link Norm} give each its part.
 */
public final class Pass extends NativeHook {

  public Pass() {
    super("Pass", new Arguments());
  }
}
