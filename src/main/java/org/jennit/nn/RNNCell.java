package org.jennit.nn;

import org.jennit.types.Recurrent;

/**
 * One step of an {@link RNN}: (samples, input_size), then h of (samples, hidden_size) or nothing,
 * to h; all without the dimension of the samples where there is no batch. Biases and tanh by
 * default.
 */
public final class RNNCell extends Layer implements Recurrent {

  public RNNCell(long input_size, long hidden_size) {
    this(input_size, hidden_size, true, "tanh");
  }

  /**
   * @param nonlinearity "tanh" or "relu"
   */
  public RNNCell(long input_size, long hidden_size, boolean bias, String nonlinearity) {
    super(
        "RNNCell",
        new Arguments()
            .put("input_size", input_size)
            .put("hidden_size", hidden_size)
            .put("bias", bias)
            .put("nonlinearity", nonlinearity));
  }

  RNNCell(Handle handle) {
    super(handle);
  }
}
