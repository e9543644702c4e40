package org.jennit.nn;

import org.jennit.types.AvgPool;

/**
 * Mean over windows that give an output of a fixed size, over two dimensions of (N, C, H, W) or (C,
 * H, W); one size for all dimensions or one for each, -1 (torch's None) keeps the input's.
 */
public final class AdaptiveAvgPool2d extends Layer implements AvgPool {

  public AdaptiveAvgPool2d(long... output_size) {
    super("AdaptiveAvgPool2d", new Arguments().put("output_size", output_size));
  }

  AdaptiveAvgPool2d(Handle handle) {
    super(handle);
  }
}
