package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.Normalization;

/**
 * Normalization over the last dimensions, (..., normalized_shape) to the same; eps 1e-5, with
 * weight and bias by default.
 */
public final class LayerNorm extends Layer implements Normalization {

  public LayerNorm(long... normalized_shape) {
    super("LayerNorm", new Arguments().put("normalized_shape", normalized_shape));
  }

  public LayerNorm(LayerNormOptions options) {
    super("LayerNorm", Objects.requireNonNull(options, "options is null").arguments);
  }

  LayerNorm(Handle handle) {
    super(handle);
  }
}
