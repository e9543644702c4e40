package org.jennit.nn;

import java.util.Objects;

/** Row of a learned table for each index: integers of any shape to (..., embedding_dim). */
public final class Embedding extends Layer {

  public Embedding(long num_embeddings, long embedding_dim) {
    super(
        "Embedding",
        new Arguments().put("num_embeddings", num_embeddings).put("embedding_dim", embedding_dim));
  }

  public Embedding(EmbeddingOptions options) {
    super("Embedding", Objects.requireNonNull(options, "options is null").arguments);
  }

  Embedding(Handle handle) {
    super(handle);
  }
}
