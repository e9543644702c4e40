package org.jennit.nn;

import org.jennit.types.MaxPool;

/**
 * Maximum over windows that give an output of a fixed size, over two dimensions of (N, C, H, W) or
 * (C, H, W); one size for all dimensions or one for each, -1 (torch's None) keeps the input's.
 */
public final class AdaptiveMaxPool2d extends Layer implements MaxPool {

  public AdaptiveMaxPool2d(long... output_size) {
    super("AdaptiveMaxPool2d", new Arguments().put("output_size", output_size));
  }

  AdaptiveMaxPool2d(Handle handle) {
    super(handle);
  }
}
