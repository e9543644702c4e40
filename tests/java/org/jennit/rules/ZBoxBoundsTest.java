package org.jennit.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.attribution.Gradient;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.core.Numeric;
import org.jennit.demo.DigitsNet;
import org.jennit.nn.Module;
import org.junit.jupiter.api.Test;

/** Bounds as numbers, by channel and by place take ways of their own through ZBox. */
class ZBoxBoundsTest {

  /** Black pixels stand at the lower bound, where a difference of large parts would lose digits. */
  @Test
  void everyFormOfTheSameBoundsKeepsTheDigitsOfSinglePrecision() {
    try (PointerScope scope = new PointerScope();
        Module exact = DigitsNet.pretrained();
        Module single = DigitsNet.pretrained()) {
      exact.to(ScalarType.Double);
      exact.requires_grad_(false);
      single.requires_grad_(false);
      Tensor image = torch.zeros(1, 1, 28, 28);
      image.narrow(2, 4, 20).narrow(3, 13, 4).fill_(new Scalar(0.75));
      Tensor expected =
          relevance(exact, new CompositeOptions().low(0).high(1), image.to(ScalarType.Double));

      Map<String, CompositeOptions> forms = new LinkedHashMap<>();
      forms.put("numbers", new CompositeOptions().low(0).high(1));
      forms.put("by channel", bounds(1, 1, 1, 1));
      forms.put("by place", bounds(1, 1, 28, 28));
      forms.forEach(
          (form, options) ->
              Numeric.assertClose(expected, relevance(single, options, image), 1e-5, form));
    }
  }

  private static CompositeOptions bounds(long... shape) {
    return new CompositeOptions().low(torch.zeros(shape)).high(torch.ones(shape));
  }

  private static Tensor relevance(Module model, CompositeOptions options, Tensor image) {
    return new Gradient(model, new EpsilonGammaBox(options)).target(3).apply(image).relevance();
  }
}
