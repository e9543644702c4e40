package org.jennit.nn;

/**
 * Joins the dimensions from {@code start_dim} to {@code end_dim}, both included: all but the first
 * by default.
 */
public final class Flatten extends Layer {

  public Flatten() {
    super("Flatten", new Arguments());
  }

  public Flatten(long start_dim) {
    super("Flatten", new Arguments().put("start_dim", start_dim));
  }

  public Flatten(long start_dim, long end_dim) {
    super("Flatten", new Arguments().put("start_dim", start_dim).put("end_dim", end_dim));
  }

  Flatten(Handle handle) {
    super(handle);
  }
}
