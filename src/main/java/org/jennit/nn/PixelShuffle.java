package org.jennit.nn;

/** (N, C r r, H, W) to (N, C, H r, W r), with r the {@code upscale_factor}. */
public final class PixelShuffle extends Layer {

  public PixelShuffle(long upscale_factor) {
    super("PixelShuffle", new Arguments().put("upscale_factor", upscale_factor));
  }

  PixelShuffle(Handle handle) {
    super(handle);
  }
}
