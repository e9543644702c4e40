package org.jennit.nn;

import java.util.Objects;

/**
 * Recurrent layer without gates (Elman 1990), with torch's options and parameter names.
 *
 * <p>Inputs and outputs are those of {@link LSTM} without c_0, c_n and projections: the sequence,
 * h_0 or nothing, the lengths or nothing; out come the sequence and h_n.
 */
public final class RNN extends RecurrentLayer {

  /** One layer, forwards, with biases and tanh. */
  public RNN(long input_size, long hidden_size) {
    this(new RNNOptions(input_size, hidden_size));
  }

  public RNN(RNNOptions options) {
    super("RNN", Objects.requireNonNull(options, "options is null").arguments);
  }

  RNN(Handle handle) {
    super(handle);
  }
}
