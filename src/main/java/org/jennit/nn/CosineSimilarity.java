package org.jennit.nn;

/**
 * Cosine of the angle between two inputs that broadcast, along {@code dim} (1 by default), which is
 * gone from the output; {@code eps} (1e-8 by default) keeps lengths away from zero.
 */
public final class CosineSimilarity extends Layer {

  public CosineSimilarity() {
    super("CosineSimilarity", new Arguments());
  }

  public CosineSimilarity(long dim, double eps) {
    super("CosineSimilarity", new Arguments().put("dim", dim).put("eps", eps));
  }

  CosineSimilarity(Handle handle) {
    super(handle);
  }
}
