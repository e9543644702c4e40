package org.jennit.nn;

/** Arguments of {@link GRU}, under torch's names. Not thread-safe. */
public final class GRUOptions {
  final Arguments arguments = new Arguments();

  public GRUOptions(long input_size, long hidden_size) {
    arguments.put("input_size", input_size).put("hidden_size", hidden_size);
  }

  /** How many layers, each on the output of the one below; 1 by default. */
  public GRUOptions num_layers(long num_layers) {
    arguments.put("num_layers", num_layers);
    return this;
  }

  /** Whether there are biases; true by default. */
  public GRUOptions bias(boolean bias) {
    arguments.put("bias", bias);
    return this;
  }

  /**
   * Whether sequences are (samples, steps, features) in place of (steps, samples, features); false
   * by default. States are not concerned.
   */
  public GRUOptions batch_first(boolean batch_first) {
    arguments.put("batch_first", batch_first);
    return this;
  }

  /** The dropout on the output of each layer but the last, while training; 0 by default. */
  public GRUOptions dropout(double dropout) {
    arguments.put("dropout", dropout);
    return this;
  }

  /** Whether a second set of weights reads each sequence from its end; false by default. */
  public GRUOptions bidirectional(boolean bidirectional) {
    arguments.put("bidirectional", bidirectional);
    return this;
  }
}
