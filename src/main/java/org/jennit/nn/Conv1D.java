package org.jennit.nn;

/**
 * The dense layer of Hugging Face's GPT-2: an affine map of the last dimension, (..., nx) to (...,
 * nf), whose weight is (nx, nf), the other way round than that of {@link Linear}.
 */
public final class Conv1D extends Layer implements org.jennit.types.Linear {

  /**
   * As in Hugging Face's transformers, the outputs come first.
   *
   * @param nf the number of output features
   * @param nx the number of input features
   */
  public Conv1D(long nf, long nx) {
    super("Conv1D", new Arguments().put("nf", nf).put("nx", nx));
  }

  Conv1D(Handle handle) {
    super(handle);
  }
}
