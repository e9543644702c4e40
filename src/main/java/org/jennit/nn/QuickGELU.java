package org.jennit.nn;

import org.jennit.types.Activation;

/** x sigmoid(1.702 x), which stands for {@link GELU} in CLIP. Any shape to the same. */
public final class QuickGELU extends Layer implements Activation {

  public QuickGELU() {
    super("QuickGELU", new Arguments());
  }

  QuickGELU(Handle handle) {
    super(handle);
  }
}
