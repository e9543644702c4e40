package org.jennit.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.models.VGG;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Softplus;
import org.junit.jupiter.api.Test;

/** The recipe of the demo on VGG11 at 224 x 224, as a user writes it. */
class SoftplusRecipeTest {
  private static final double STEP = 2e-2;

  @Test
  void explainsVgg11AndLeavesItAsItWas() {
    torch.manual_seed(11);
    try (PointerScope scope = new PointerScope();
        Module model = VGG.vgg11(10)) {
      model.eval();
      String before = model.toString();
      Map<String, Tensor> weights = model.state_dict();
      Tensor image = torch.rand(1, 3, 224, 224);
      Tensor plain = model.forward(image);

      Composite composite = new Composite(List.of(new SoftplusCanonizer(10)));
      try (CompositeContext context = composite.context(model)) {
        assertEquals(0, count(model, ReLU.class));
        assertEquals(10, count(model, Softplus.class));

        Tensor input = image.clone().requires_grad_(true);
        Tensor relevance = relevance(model, input, Autograd.CREATE_GRAPH);
        Tensor loss = relevance.sub(input.detach()).pow(new Scalar(2)).mean();
        Tensor adversarial = Autograd.grad(loss, input);

        assertEquals(List.of(1L, 3L, 224L, 224L), List.of(boxed(adversarial)));
        assertDerivative(model, image, adversarial);
      }

      assertEquals(before, model.toString());
      assertTrue(torch.equal(plain, model.forward(image)));
      model
          .state_dict()
          .forEach((name, value) -> assertTrue(torch.equal(weights.get(name), value)));
    }
  }

  /** The derivative along its own direction against a central difference. */
  private static void assertDerivative(Module model, Tensor image, Tensor adversarial) {
    double slope = adversarial.to(ScalarType.Double).norm().item_double();
    Tensor step = adversarial.mul(new Scalar(STEP / adversarial.abs().max().item_double()));
    double length = step.to(ScalarType.Double).norm().item_double();
    double difference =
        (loss(model, image.add(step), image) - loss(model, image.sub(step), image)) / (2 * length);
    assertEquals(1, difference / slope, 0.02);
  }

  private static double loss(Module model, Tensor at, Tensor image) {
    try (PointerScope scope = new PointerScope()) {
      Tensor relevance = relevance(model, at.detach().requires_grad_(true));
      Tensor wide = relevance.to(ScalarType.Double).sub(image.to(ScalarType.Double));
      return wide.pow(new Scalar(2)).mean().item_double();
    }
  }

  private static Tensor relevance(Module model, Tensor input, Autograd.Option... options) {
    Tensor output = model.forward(input);
    Tensor target = torch.zeros_like(output);
    target.select(1, 3).fill_(new Scalar(1));
    return Autograd.grad(output, input, target, options);
  }

  private static long count(Module model, Class<? extends Module> type) {
    return model.modules().stream().filter(type::isInstance).count();
  }

  private static Long[] boxed(Tensor tensor) {
    return new Long[] {tensor.size(0), tensor.size(1), tensor.size(2), tensor.size(3)};
  }
}
