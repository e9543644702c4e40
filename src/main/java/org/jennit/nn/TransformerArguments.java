package org.jennit.nn;

/** What the layers of a transformer are given, under torch's names. */
abstract class TransformerArguments<O extends TransformerArguments<O>> {
  final Arguments arguments = new Arguments();

  abstract O self();

  /** Features between the two dense layers; 2048 by default. */
  public O dim_feedforward(long dim_feedforward) {
    arguments.put("dim_feedforward", dim_feedforward);
    return self();
  }

  /** The dropout, while training; 0.1 by default. */
  public O dropout(double dropout) {
    arguments.put("dropout", dropout);
    return self();
  }

  /** "relu" (the default) or "gelu". */
  public O activation(String activation) {
    arguments.put("activation", activation);
    return self();
  }

  /** What the norms add to the variance; 1e-5 by default. */
  public O layer_norm_eps(double layer_norm_eps) {
    arguments.put("layer_norm_eps", layer_norm_eps);
    return self();
  }

  /** Whether the samples are the first dimension; false by default. */
  public O batch_first(boolean batch_first) {
    arguments.put("batch_first", batch_first);
    return self();
  }

  /** Whether a block's input is normalised, in place of its output; false by default. */
  public O norm_first(boolean norm_first) {
    arguments.put("norm_first", norm_first);
    return self();
  }

  /** Whether dense layers and norms have biases; true by default. */
  public O bias(boolean bias) {
    arguments.put("bias", bias);
    return self();
  }
}
