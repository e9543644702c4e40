package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.Normalization;

/**
 * Division by the root mean square over the last dimensions, (..., normalized_shape) to the same
 * (Zhang and Sennrich 2019); with a weight by default, and the smallest number of the dtype as eps.
 */
public final class RMSNorm extends Layer implements Normalization {

  public RMSNorm(long... normalized_shape) {
    super("RMSNorm", new Arguments().put("normalized_shape", normalized_shape));
  }

  public RMSNorm(RMSNormOptions options) {
    super("RMSNorm", Objects.requireNonNull(options, "options is null").arguments);
  }

  RMSNorm(Handle handle) {
    super(handle);
  }
}
