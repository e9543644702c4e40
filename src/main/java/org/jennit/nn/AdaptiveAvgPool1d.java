package org.jennit.nn;

import org.jennit.types.AvgPool;

/**
 * Mean over windows that give an output of a fixed size, over one dimension of (N, C, L) or (C, L);
 * its size, -1 (torch's None) keeps the input's.
 */
public final class AdaptiveAvgPool1d extends Layer implements AvgPool {

  public AdaptiveAvgPool1d(long output_size) {
    super("AdaptiveAvgPool1d", new Arguments().put("output_size", output_size));
  }

  AdaptiveAvgPool1d(Handle handle) {
    super(handle);
  }
}
