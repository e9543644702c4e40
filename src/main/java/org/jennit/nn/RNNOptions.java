package org.jennit.nn;

/** Arguments of {@link RNN}, under torch's names. Not thread-safe. */
public final class RNNOptions {
  final Arguments arguments = new Arguments();

  public RNNOptions(long input_size, long hidden_size) {
    arguments.put("input_size", input_size).put("hidden_size", hidden_size);
  }

  /** How many layers, each on the output of the one below; 1 by default. */
  public RNNOptions num_layers(long num_layers) {
    arguments.put("num_layers", num_layers);
    return this;
  }

  /** "tanh", the default, or "relu". */
  public RNNOptions nonlinearity(String nonlinearity) {
    arguments.put("nonlinearity", nonlinearity);
    return this;
  }

  /** Whether there are biases; true by default. */
  public RNNOptions bias(boolean bias) {
    arguments.put("bias", bias);
    return this;
  }

  /**
   * Whether sequences are (samples, steps, features) in place of (steps, samples, features); false
   * by default. States are not concerned.
   */
  public RNNOptions batch_first(boolean batch_first) {
    arguments.put("batch_first", batch_first);
    return this;
  }

  /** The dropout on the output of each layer but the last, while training; 0 by default. */
  public RNNOptions dropout(double dropout) {
    arguments.put("dropout", dropout);
    return this;
  }

  /** Whether a second set of weights reads each sequence from its end; false by default. */
  public RNNOptions bidirectional(boolean bidirectional) {
    arguments.put("bidirectional", bidirectional);
    return this;
  }
}
