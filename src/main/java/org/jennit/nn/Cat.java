package org.jennit.nn;

/**
 * Several inputs, one behind the other along a dimension, torch.cat as a layer. Each part of the
 * output's relevance goes to the input that it comes from.
 */
public final class Cat extends Layer {

  /** Along dimension 0. */
  public Cat() {
    super("Cat", new Arguments());
  }

  public Cat(long dim) {
    super("Cat", new Arguments().put("dim", dim));
  }

  Cat(Handle handle) {
    super(handle);
  }
}
