package org.jennit.nn;

/** Arguments of {@link EmbeddingBag}, under torch's names. Not thread-safe. */
public final class EmbeddingBagOptions {
  final Arguments arguments = new Arguments();

  public EmbeddingBagOptions(long num_embeddings, long embedding_dim) {
    arguments.put("num_embeddings", num_embeddings).put("embedding_dim", embedding_dim);
  }

  /** Row that takes no part in a bag; negative counts from the end, none by default. */
  public EmbeddingBagOptions padding_idx(long padding_idx) {
    arguments.put("padding_idx", padding_idx);
    return this;
  }

  /** Rows longer than this are shortened in place when they are used; none by default. */
  public EmbeddingBagOptions max_norm(double max_norm) {
    arguments.put("max_norm", max_norm);
    return this;
  }

  /** The p of the norm that max_norm limits; 2 by default. */
  public EmbeddingBagOptions norm_type(double norm_type) {
    arguments.put("norm_type", norm_type);
    return this;
  }

  /** Whether gradients are divided by how often an index occurs; false by default. */
  public EmbeddingBagOptions scale_grad_by_freq(boolean scale_grad_by_freq) {
    arguments.put("scale_grad_by_freq", scale_grad_by_freq);
    return this;
  }

  /** Whether the gradient of the table is sparse; false by default. */
  public EmbeddingBagOptions sparse(boolean sparse) {
    arguments.put("sparse", sparse);
    return this;
  }

  /** "mean" (the default), "sum" or "max". */
  public EmbeddingBagOptions mode(String mode) {
    arguments.put("mode", mode);
    return this;
  }

  /** Whether the last offset is the end of the last bag; false by default. */
  public EmbeddingBagOptions include_last_offset(boolean include_last_offset) {
    arguments.put("include_last_offset", include_last_offset);
    return this;
  }
}
