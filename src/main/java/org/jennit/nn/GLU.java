package org.jennit.nn;

/**
 * First half of the input times the sigmoid of the second, halved along {@code dim}, the last
 * dimension by default.
 */
public final class GLU extends Layer {

  public GLU() {
    super("GLU", new Arguments());
  }

  public GLU(long dim) {
    super("GLU", new Arguments().put("dim", dim));
  }

  GLU(Handle handle) {
    super(handle);
  }
}
