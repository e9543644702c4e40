package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Gradient;
import org.jennit.composites.EpsilonPlus;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Float32PrecisionTest {

  @AfterEach
  void exactAgain() {
    Float32Precision.set_bf16_products(false);
  }

  @Test
  void productsAreExactAtFirst() {
    assertFalse(Float32Precision.bf16_products());
  }

  @Test
  void aProcessorWithoutThemRefuses() {
    assumeFalse(Float32Precision.has_bf16_products(), "this processor has them");
    JennitException refused =
        assertThrows(JennitException.class, () -> Float32Precision.set_bf16_products(true));
    assertTrue(refused.getMessage().contains("AMX"), refused.getMessage());
    assertFalse(Float32Precision.bf16_products());
  }

  @Test
  void convolutionsRoundTheirFactorsAndNothingElse() {
    try (PointerScope scope = new PointerScope();
        Conv2d layer = new Conv2d(64, 64, 3)) {
      torch.manual_seed(1);
      roundsFactors(layer, torch.randn(4, 64, 32, 32));
    }
  }

  @Test
  void denseLayersRoundTheirFactorsAndNothingElse() {
    try (PointerScope scope = new PointerScope();
        Linear layer = new Linear(512, 512, false)) {
      torch.manual_seed(2);
      roundsFactors(layer, torch.randn(256, 512));
    }
  }

  /** The layer answers what it answers, exactly, for factors that were rounded before. */
  private static void roundsFactors(Module layer, Tensor input) {
    assumeTrue(Float32Precision.has_bf16_products(), "this processor has none");
    layer.requires_grad_(false);
    Tensor exact = layer.forward(input);
    Float32Precision.set_bf16_products(true);
    Tensor rounded = layer.forward(input);
    Float32Precision.set_bf16_products(false);
    assertTrue(torch.equal(exact, layer.forward(input)), "exact products come back");

    Tensor weight = layer.get_parameter("weight");
    weight.copy_(nearest(weight));
    Tensor expected = layer.forward(nearest(input));
    assertTrue(distance(rounded, expected) < 1e-6, "distance " + distance(rounded, expected));
    assertTrue(distance(rounded, exact) > 1e-4, "distance " + distance(rounded, exact));
  }

  @Test
  void relevanceKeepsItsShapeAndLosesDigits() {
    assumeTrue(Float32Precision.has_bf16_products(), "this processor has none");
    try (PointerScope scope = new PointerScope();
        Module model =
            new Sequential(
                new Conv2d(3, 32, 3, 1, 1),
                new ReLU(),
                new Conv2d(32, 64, 3, 2, 1),
                new ReLU(),
                new Flatten(),
                new Linear(64 * 16 * 16, 10))) {
      torch.manual_seed(3);
      Tensor images = torch.randn(2, 3, 32, 32);
      Supplier<Tensor> relevance =
          () -> {
            try (Gradient attributor = new Gradient(model, new EpsilonPlus());
                Attribution attribution = attributor.apply(images, 0)) {
              return attribution.relevance().clone();
            }
          };
      Tensor exact = relevance.get();
      Float32Precision.set_bf16_products(true);
      Tensor rounded = relevance.get();
      // A factor is off by 2^-9 at most.
      assertTrue(distance(rounded, exact) < 0.05, "distance " + distance(rounded, exact));
      assertTrue(distance(rounded, exact) > 1e-5, "distance " + distance(rounded, exact));
    }
  }

  private static Tensor nearest(Tensor values) {
    return values.to(ScalarType.BFloat16).to(ScalarType.Float);
  }

  private static double distance(Tensor one, Tensor other) {
    return one.sub(other).norm().item_double() / other.norm().item_double();
  }
}
