package org.jennit.nn;

/**
 * Arguments of {@link TransformerEncoderLayer} and {@link TransformerDecoderLayer}, under torch's
 * names. Not thread-safe.
 */
public final class TransformerLayerOptions extends TransformerArguments<TransformerLayerOptions> {

  /**
   * @param nhead must divide d_model
   */
  public TransformerLayerOptions(long d_model, long nhead) {
    arguments.put("d_model", d_model).put("nhead", nhead);
  }

  @Override
  TransformerLayerOptions self() {
    return this;
  }
}
