package org.jennit.nn;

import org.jennit.types.AvgPool;

/** The mean over some dimensions, which leave the output, torch.mean as a layer. */
public final class Mean extends Layer implements AvgPool {

  /** Over all dimensions. */
  public Mean() {
    super("Mean", new Arguments());
  }

  /** Over these dimensions; negative ones count from the last. */
  public Mean(long... dim) {
    super("Mean", new Arguments().put("dim", dim));
  }

  Mean(Handle handle) {
    super(handle);
  }
}
