package org.jennit.nn;

import org.jennit.types.AvgPool;

/**
 * Mean over windows that give an output of a fixed size, over three dimensions of (N, C, D, H, W)
 * or (C, D, H, W); one size for all dimensions or one for each, -1 (torch's None) keeps the
 * input's.
 */
public final class AdaptiveAvgPool3d extends Layer implements AvgPool {

  public AdaptiveAvgPool3d(long... output_size) {
    super("AdaptiveAvgPool3d", new Arguments().put("output_size", output_size));
  }

  AdaptiveAvgPool3d(Handle handle) {
    super(handle);
  }
}
