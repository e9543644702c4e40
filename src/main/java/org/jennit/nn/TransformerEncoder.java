package org.jennit.nn;

import java.util.Objects;

/**
 * {@link TransformerEncoderLayer}s one after the other, {@code layers.0}, {@code layers.1}, ...,
 * which start with the same values, then {@code norm} where there is one. Inputs are those of a
 * layer; masks come to each.
 */
public final class TransformerEncoder extends ComposedLayer {

  /** Without a norm at the end. */
  public TransformerEncoder(TransformerLayerOptions layer, long num_layers) {
    super(
        "TransformerEncoder",
        Objects.requireNonNull(layer, "layer is null")
            .arguments
            .copy()
            .put("num_layers", num_layers));
  }

  /**
   * @param norm a new module, which becomes the child {@code norm}
   */
  public TransformerEncoder(TransformerLayerOptions layer, long num_layers, Module norm) {
    this(layer, num_layers);
    register_module("norm", norm);
  }

  TransformerEncoder(Handle handle) {
    super(handle);
  }
}
