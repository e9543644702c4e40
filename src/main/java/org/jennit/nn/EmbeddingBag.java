package org.jennit.nn;

import java.util.Objects;

/**
 * Sum, mean (the default) or maximum of the rows of a learned table over bags of indices, to (bags,
 * embedding_dim).
 *
 * <p>Inputs, in this order: the indices, (bags, indices of a bag), or one row of all with the
 * offsets at which bags start; the offsets, undefined for the first form; and for the mode "sum" a
 * weight for each index, or nothing.
 */
public final class EmbeddingBag extends Layer {

  public EmbeddingBag(long num_embeddings, long embedding_dim) {
    this(new EmbeddingBagOptions(num_embeddings, embedding_dim));
  }

  public EmbeddingBag(EmbeddingBagOptions options) {
    super("EmbeddingBag", Objects.requireNonNull(options, "options is null").arguments);
  }

  EmbeddingBag(Handle handle) {
    super(handle);
  }
}
