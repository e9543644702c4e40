package org.jennit.nn;

import java.util.Objects;

/**
 * Gated recurrent unit over sequences (Cho et al. 2014, with the reset gate after the product, as
 * torch has it), with torch's options, parameter names and gates in the order r, z, n.
 *
 * <p>Inputs and outputs are those of {@link LSTM} without c_0, c_n and projections: the sequence,
 * h_0 or nothing, the lengths or nothing; out come the sequence and h_n.
 */
public final class GRU extends RecurrentLayer {

  /** One layer, forwards, with biases. */
  public GRU(long input_size, long hidden_size) {
    this(new GRUOptions(input_size, hidden_size));
  }

  public GRU(GRUOptions options) {
    super("GRU", Objects.requireNonNull(options, "options is null").arguments);
  }

  GRU(Handle handle) {
    super(handle);
  }
}
