package org.jennit.nn;

import java.util.Objects;

/**
 * Long short-term memory over sequences (Hochreiter and Schmidhuber 1997), with torch's options,
 * parameter names ({@code weight_ih_l0}, {@code weight_hh_l0_reverse}, {@code weight_hr_l1}, ...)
 * and gates in the order i, f, g, o.
 *
 * <p>Inputs, in this order:
 *
 * <ul>
 *   <li>the sequence: (steps, samples, input_size), or (samples, steps, input_size) with {@code
 *       batch_first}, or (steps, input_size) without a batch;
 *   <li>both initial states or none: h_0 of (num_layers * directions, samples, proj_size or
 *       hidden_size), c_0 of (num_layers * directions, samples, hidden_size), without the dimension
 *       of the samples where there is no batch; zeros by default;
 *   <li>the lengths, or nothing: how many steps each sample has, one integer of at least 1 for each
 *       sample. They give what torch's {@code pack_padded_sequence(enforce_sorted=False)} and
 *       {@code pad_packed_sequence} give: the output is as long as the longest sample, zero after
 *       the end of each, and the final states are those at the end of each.
 * </ul>
 *
 * <p>Outputs, of {@link #forward_all}: the hidden states of the last layer at every step
 * (directions * (proj_size or hidden_size) features, forwards first), h_n and c_n in the shapes of
 * h_0 and c_0. {@link #forward} gives the first of them. Floating point, of the dtype of the
 * parameters.
 */
public final class LSTM extends RecurrentLayer {

  /** One layer, forwards, with biases. */
  public LSTM(long input_size, long hidden_size) {
    this(new LSTMOptions(input_size, hidden_size));
  }

  public LSTM(LSTMOptions options) {
    super("LSTM", Objects.requireNonNull(options, "options is null").arguments);
  }

  LSTM(Handle handle) {
    super(handle);
  }
}
