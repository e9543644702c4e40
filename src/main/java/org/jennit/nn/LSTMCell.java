package org.jennit.nn;

import org.jennit.types.Recurrent;

/**
 * One step of an {@link LSTM}: inputs (samples, input_size), then h and c of (samples, hidden_size)
 * or nothing, all without the dimension of the samples where there is no batch. Outputs, of {@link
 * #forward_all}: h and c; {@link #forward} gives h. Biases by default.
 */
public final class LSTMCell extends Layer implements Recurrent {

  public LSTMCell(long input_size, long hidden_size) {
    this(input_size, hidden_size, true);
  }

  public LSTMCell(long input_size, long hidden_size, boolean bias) {
    super(
        "LSTMCell",
        new Arguments()
            .put("input_size", input_size)
            .put("hidden_size", hidden_size)
            .put("bias", bias));
  }

  LSTMCell(Handle handle) {
    super(handle);
  }

  @Override
  protected boolean forward_gives_first() {
    return true;
  }
}
