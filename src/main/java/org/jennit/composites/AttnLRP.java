package org.jennit.composites;

import java.util.Objects;
import org.jennit.core.Coverage;
import org.jennit.rules.AttentionWeights;

/**
 * Relevance through transformers (Achtibat et al. 2024, "AttnLRP: attention-aware layer-wise
 * relevance propagation for transformers", arXiv:2402.05602): epsilon in linear maps, matrix
 * products, sums, poolings and normalizations, whose deviation counts as a constant; half of a
 * product's relevance to each factor; activations pass it on; a Taylor expansion through the
 * softmax of attention.
 *
 * <p>Options: epsilon, of all of these; conv_gamma and lin_gamma, which put Gamma on convolutions
 * and dense layers, as the authors do for vision transformers, with stabilizer; layer_map,
 * zero_params, canonizers.
 */
public final class AttnLRP extends LayerMapComposite {

  public AttnLRP() {
    this(new CompositeOptions());
  }

  public AttnLRP(CompositeOptions options) {
    super(
        TransformerMap.of(
            Objects.requireNonNull(options, "options is null"), AttentionWeights.TAYLOR),
        options.canonizers);
  }

  @Override
  public AttnLRP coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
