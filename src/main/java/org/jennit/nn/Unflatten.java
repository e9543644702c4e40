package org.jennit.nn;

/** Splits the dimension {@code dim} into several; one of their sizes may be -1 for what remains. */
public final class Unflatten extends Layer {

  public Unflatten(long dim, long... unflattened_size) {
    super("Unflatten", new Arguments().put("dim", dim).put("unflattened_size", unflattened_size));
  }

  Unflatten(Handle handle) {
    super(handle);
  }
}
