package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Gamma;
import org.jennit.rules.Pass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A network that learns to be right for the right reasons: its loss counts the relevance of inputs
 * that should not matter (Ross et al. 2017, with relevance in place of the gradient).
 */
class RelevanceTrainingTest {
  private static final int SAMPLES = 24;
  private static final int FEATURES = 6;
  private static final int STEPS = 120;

  private final PointerScope scope = new PointerScope();
  private final Tensor x = Numeric.normal(1, SAMPLES, FEATURES);
  // The label stands in the first feature, and once more, as a distraction, in the last.
  private final Tensor y = x.narrow(1, 0, 1).add(x.narrow(1, FEATURES - 1, 1)).detach();
  private final Tensor distraction = Numeric.tensor(new double[] {0, 0, 0, 0, 0, 1}, 1, FEATURES);

  @AfterEach
  void close() {
    scope.close();
  }

  private static Sequential model() {
    return Numeric.drawn(
        new Sequential(new Linear(FEATURES, 8), new Softplus(3), new Linear(8, 1)), 4);
  }

  private static Composite composite(Hook dense) {
    return new Composite(
        (context, name, module) ->
            module instanceof Linear ? dense : module instanceof Softplus ? new Pass() : null);
  }

  private Tensor[] outputAndWrong(Module model) {
    Tensor input = x.detach().requires_grad_(true);
    Tensor output = model.forward(input);
    Tensor ones = torch.ones_like(output.detach());
    Tensor relevance = Autograd.grad(output, input, ones, Autograd.CREATE_GRAPH);
    Tensor wrong = relevance.mul(distraction).square().sum().div(new Scalar((double) SAMPLES));
    return new Tensor[] {output, wrong};
  }

  /** Both parts in one loss, over one forward. */
  private Tensor loss(Module model) {
    Tensor[] parts = outputAndWrong(model);
    return parts[0].sub(y).square().mean().add(parts[1].mul(new Scalar(3.0)));
  }

  private static double value(Supplier<Tensor> scalar) {
    try (PointerScope inner = new PointerScope()) {
      return scalar.get().item_double();
    }
  }

  @TestFactory
  Stream<DynamicTest> theLossFallsAndItsGradientIsTheTrueOne() {
    Stabilizer stabilizer = new Stabilizer(0.3);
    Map<String, Supplier<Composite>> composites =
        Map.of(
            "Epsilon",
            () -> composite(new Epsilon(stabilizer)),
            "Gamma",
            () -> composite(new Gamma(0.25, stabilizer, List.of())),
            "a BasicHook in Java",
            () ->
                composite(
                    new BasicHook(
                        null,
                        null,
                        null,
                        (upper, outputs) -> new Tensor[] {upper.div(stabilizer.apply(outputs[0]))},
                        null)),
            "the composite epsilon_alpha2_beta1",
            () ->
                Composites.of(
                    "epsilon_alpha2_beta1",
                    new CompositeOptions().epsilon(stabilizer).stabilizer(stabilizer)));
    return composites.entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> train(entry.getValue().get())));
  }

  private void train(Composite composite) {
    try (PointerScope inner = new PointerScope();
        Sequential model = model();
        CompositeContext context = composite.context(model)) {
      Tensor[] parameters = model.named_parameters().values().toArray(Tensor[]::new);
      Numeric.assertDerivative(() -> loss(model), "at the start", parameters);
      double loss = value(() -> loss(model));
      double wrong = value(() -> outputAndWrong(model)[1]);
      Adam optimizer = new Adam(model.parameters(), new AdamOptions(0.02));
      for (int i = 0; i < STEPS; i++) {
        try (PointerScope step = new PointerScope()) {
          optimizer.zero_grad();
          loss(model).backward();
          optimizer.step();
        }
      }
      double trained = value(() -> loss(model));
      assertTrue(trained < 0.4 * loss, "the loss went from " + loss + " to " + trained);
      double right = value(() -> outputAndWrong(model)[1]);
      assertTrue(right < 0.3 * wrong, "the wrong relevance went from " + wrong + " to " + right);
      Numeric.assertDerivative(() -> loss(model), "at the end", parameters);
    }
  }
}
