package org.jennit.nn;

import org.jennit.types.MaxPool;

/**
 * Maximum over windows that give an output of a fixed size, over three dimensions of (N, C, D, H,
 * W) or (C, D, H, W); one size for all dimensions or one for each, -1 (torch's None) keeps the
 * input's.
 */
public final class AdaptiveMaxPool3d extends Layer implements MaxPool {

  public AdaptiveMaxPool3d(long... output_size) {
    super("AdaptiveMaxPool3d", new Arguments().put("output_size", output_size));
  }

  AdaptiveMaxPool3d(Handle handle) {
    super(handle);
  }
}
