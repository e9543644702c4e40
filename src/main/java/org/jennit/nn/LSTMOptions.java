package org.jennit.nn;

/** Arguments of {@link LSTM}, under torch's names. Not thread-safe. */
public final class LSTMOptions {
  final Arguments arguments = new Arguments();

  public LSTMOptions(long input_size, long hidden_size) {
    arguments.put("input_size", input_size).put("hidden_size", hidden_size);
  }

  /** How many layers, each on the output of the one below; 1 by default. */
  public LSTMOptions num_layers(long num_layers) {
    arguments.put("num_layers", num_layers);
    return this;
  }

  /** Whether there are biases; true by default. */
  public LSTMOptions bias(boolean bias) {
    arguments.put("bias", bias);
    return this;
  }

  /**
   * Whether sequences are (samples, steps, features) in place of (steps, samples, features); false
   * by default. States are not concerned.
   */
  public LSTMOptions batch_first(boolean batch_first) {
    arguments.put("batch_first", batch_first);
    return this;
  }

  /** The dropout on the output of each layer but the last, while training; 0 by default. */
  public LSTMOptions dropout(double dropout) {
    arguments.put("dropout", dropout);
    return this;
  }

  /** Whether a second set of weights reads each sequence from its end; false by default. */
  public LSTMOptions bidirectional(boolean bidirectional) {
    arguments.put("bidirectional", bidirectional);
    return this;
  }

  /**
   * Features that the hidden state is projected to; 0, the default, for no projection. Must be
   * below hidden_size.
   */
  public LSTMOptions proj_size(long proj_size) {
    arguments.put("proj_size", proj_size);
    return this;
  }
}
