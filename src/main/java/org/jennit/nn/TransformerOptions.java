package org.jennit.nn;

/** Arguments of {@link Transformer}, under torch's names. Not thread-safe. */
public final class TransformerOptions extends TransformerArguments<TransformerOptions> {

  /** Features of the sequences; 512 by default. */
  public TransformerOptions d_model(long d_model) {
    arguments.put("d_model", d_model);
    return this;
  }

  /** Heads of each attention, which must divide d_model; 8 by default. */
  public TransformerOptions nhead(long nhead) {
    arguments.put("nhead", nhead);
    return this;
  }

  /** 6 by default. */
  public TransformerOptions num_encoder_layers(long num_encoder_layers) {
    arguments.put("num_encoder_layers", num_encoder_layers);
    return this;
  }

  /** 6 by default. */
  public TransformerOptions num_decoder_layers(long num_decoder_layers) {
    arguments.put("num_decoder_layers", num_decoder_layers);
    return this;
  }

  @Override
  TransformerOptions self() {
    return this;
  }
}
