package org.jennit.composites;

import java.util.Objects;
import org.jennit.core.Coverage;
import org.jennit.rules.AttentionWeights;

/**
 * Conservative propagation through transformers (Ali et al. 2022, "XAI for transformers: better
 * explanations through conservative propagation"): as {@link AttnLRP}, with the weights of
 * attention as constants, so that all relevance goes to the values, and with the gates that a
 * {@link org.jennit.nn.Mul} names.
 *
 * <p>Options: epsilon, of all rules; conv_gamma and lin_gamma, which put Gamma on convolutions and
 * dense layers, with stabilizer; layer_map, zero_params, canonizers.
 */
public final class CPLRP extends LayerMapComposite {

  public CPLRP() {
    this(new CompositeOptions());
  }

  public CPLRP(CompositeOptions options) {
    super(
        TransformerMap.of(
            Objects.requireNonNull(options, "options is null"), AttentionWeights.CONSTANT),
        options.canonizers);
  }

  @Override
  public CPLRP coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
