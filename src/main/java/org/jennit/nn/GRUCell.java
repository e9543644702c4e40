package org.jennit.nn;

import org.jennit.types.Recurrent;

/**
 * One step of a {@link GRU}: (samples, input_size), then h of (samples, hidden_size) or nothing, to
 * h; all without the dimension of the samples where there is no batch. Biases by default.
 */
public final class GRUCell extends Layer implements Recurrent {

  public GRUCell(long input_size, long hidden_size) {
    this(input_size, hidden_size, true);
  }

  public GRUCell(long input_size, long hidden_size, boolean bias) {
    super(
        "GRUCell",
        new Arguments()
            .put("input_size", input_size)
            .put("hidden_size", hidden_size)
            .put("bias", bias));
  }

  GRUCell(Handle handle) {
    super(handle);
  }
}
