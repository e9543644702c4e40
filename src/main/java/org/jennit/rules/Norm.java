package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance in proportion to the contributions to the module's output, with its parameters as they
 * are. For poolings and sums; works on every module, and shares out among several inputs as {@link
 * Epsilon} does.
 */
public final class Norm extends NativeHook {

  public Norm() {
    this(new Stabilizer());
  }

  public Norm(Stabilizer stabilizer) {
    super("Norm", stabilized("stabilizer", stabilizer));
  }
}
