package org.jennit.nn;

/** (N, C, H r, W r) to (N, C r r, H, W), with r the {@code downscale_factor}. */
public final class PixelUnshuffle extends Layer {

  public PixelUnshuffle(long downscale_factor) {
    super("PixelUnshuffle", new Arguments().put("downscale_factor", downscale_factor));
  }

  PixelUnshuffle(Handle handle) {
    super(handle);
  }
}
