package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x clamped to min_val and max_val. Any shape to the same; from -1 to 1 by default; {@code inplace}
 * (false by default) overwrites the input.
 */
public final class Hardtanh extends Layer implements Activation {

  public Hardtanh() {
    super("Hardtanh", new Arguments());
  }

  public Hardtanh(double min_val, double max_val) {
    super("Hardtanh", new Arguments().put("min_val", min_val).put("max_val", max_val));
  }

  public Hardtanh(double min_val, double max_val, boolean inplace) {
    super(
        "Hardtanh",
        new Arguments().put("min_val", min_val).put("max_val", max_val).put("inplace", inplace));
  }

  Hardtanh(Handle handle) {
    super(handle);
  }
}
