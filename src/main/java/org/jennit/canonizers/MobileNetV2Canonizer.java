package org.jennit.canonizers;

import java.util.List;
import java.util.Map;
import org.jennit.models.InvertedResidual;
import org.jennit.models.MobileNetV2;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.Module;

/**
 * What torchvision's MobileNetV2 needs: batch norms merged into the convolutions before them,
 * residual additions as Sums, and its last pooling, which torchvision calls as a function, as a
 * module.
 */
public class MobileNetV2Canonizer extends CompositeCanonizer {
  private static final String POOL = "canonizer_avgpool";

  public MobileNetV2Canonizer() {
    super(
        List.of(
            new SequentialMergeBatchNorm(),
            new AttributeCanonizer(ResidualSum.of(InvertedResidual.class)),
            new AttributeCanonizer((name, module) -> head(module))));
  }

  private static AttributeCanonizer.Attributes head(Module module) {
    return module instanceof MobileNetV2 model && !model.is_overridden()
        ? new AttributeCanonizer.Attributes(
            (canonized, inputs) ->
                model.call(model.call(inputs[0], "features", POOL).flatten(1, -1), "classifier"),
            Map.of(POOL, new AdaptiveAvgPool2d(1)))
        : null;
  }
}
