package org.jennit.canonizers;

import java.util.List;
import java.util.Map;
import org.jennit.models.MBConv;
import org.jennit.models.SqueezeExcitation;
import org.jennit.nn.Gate;
import org.jennit.nn.Module;

/**
 * What torchvision's EfficientNet needs: batch norms merged into the convolutions before them,
 * residual additions as Sums, and the product of squeeze and excitation as a module. Relevance
 * takes the channels' weights as constants and all goes to the features that they weigh (the
 * signal-takes-all rule: Arras et al. 2019, "Explaining and interpreting LSTMs"). Composites that
 * give activations no rule let the true gradient through.
 */
public class EfficientNetCanonizer extends CompositeCanonizer {
  private static final String GATE = "canonizer_gate";

  public EfficientNetCanonizer() {
    super(
        List.of(
            new SequentialMergeBatchNorm(),
            new AttributeCanonizer(ResidualSum.of(MBConv.class)),
            new AttributeCanonizer((name, module) -> gate(module))));
  }

  private static AttributeCanonizer.Attributes gate(Module module) {
    return module instanceof SqueezeExcitation block && !block.is_overridden()
        ? new AttributeCanonizer.Attributes(
            (canonized, inputs) ->
                block.get_submodule(GATE).forward(inputs[0], block.scale(inputs[0])),
            Map.of(GATE, new Gate()))
        : null;
  }
}
