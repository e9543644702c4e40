package org.jennit.nn;

import org.jennit.types.MaxPool;

/**
 * Maximum over windows that give an output of a fixed size, over one dimension of (N, C, L) or (C,
 * L); its size, -1 (torch's None) keeps the input's.
 */
public final class AdaptiveMaxPool1d extends Layer implements MaxPool {

  public AdaptiveMaxPool1d(long output_size) {
    super("AdaptiveMaxPool1d", new Arguments().put("output_size", output_size));
  }

  AdaptiveMaxPool1d(Handle handle) {
    super(handle);
  }
}
