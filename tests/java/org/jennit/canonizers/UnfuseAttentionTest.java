package org.jennit.canonizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.composites.AttnLRP;
import org.jennit.composites.CPLRP;
import org.jennit.composites.CompositeOptions;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Numeric;
import org.jennit.nn.ExplicitAttention;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.Module;
import org.jennit.nn.ScaledDotProductAttention;
import org.jennit.nn.TransformerEncoder;
import org.jennit.nn.TransformerLayerOptions;
import org.junit.jupiter.api.Test;

class UnfuseAttentionTest {
  private static TransformerEncoder encoder(boolean bias) {
    TransformerEncoder encoder =
        Numeric.drawn(
            new TransformerEncoder(
                new TransformerLayerOptions(6, 2)
                    .dim_feedforward(5)
                    .batch_first(true)
                    .norm_first(true)
                    .activation("gelu")
                    .bias(bias),
                2),
            3);
    encoder.eval();
    return encoder;
  }

  private static Tensor relevance(Module model, Composite composite, Tensor x, Tensor upper) {
    try (CompositeContext context = composite.coverage(Coverage.REQUIRE).context(model)) {
      return Autograd.grad(model.forward(x), x, upper);
    }
  }

  @Test
  void opensEveryAttentionByNameAndPutsItBack() {
    try (PointerScope scope = new PointerScope();
        TransformerEncoder model = encoder(true)) {
      Module original = model.get_submodule("layers.1.self_attn.attention");
      Composite composite = new Composite(List.of(new UnfuseAttention()));
      try (CompositeContext context = composite.context(model)) {
        Module opened = model.get_submodule("layers.1.self_attn.attention");
        assertTrue(opened instanceof ExplicitAttention);
        assertEquals(
            List.of("scores", "scale", "mask", "softmax", "dropout", "output"),
            List.copyOf(opened.named_children().keySet()));
      }
      assertSame(original, model.get_submodule("layers.1.self_attn.attention"));
    }
  }

  @Test
  void relevanceIsThatOfTheRuleOfTheWhole() {
    try (PointerScope scope = new PointerScope();
        TransformerEncoder model = encoder(true)) {
      Tensor x = Numeric.normal(1, 2, 4, 6).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2, 4, 6);
      for (boolean constant : new boolean[] {false, true}) {
        CompositeOptions whole = new CompositeOptions().epsilon(0.01).lin_gamma(0.1);
        CompositeOptions opened =
            new CompositeOptions().epsilon(0.01).lin_gamma(0.1).canonizers(new UnfuseAttention());
        Numeric.assertClose(
            relevance(model, constant ? new CPLRP(whole) : new AttnLRP(whole), x, upper),
            relevance(model, constant ? new CPLRP(opened) : new AttnLRP(opened), x, upper),
            1e-10,
            constant ? "CPLRP" : "AttnLRP");
      }
    }
  }

  @Test
  void withoutBiasesATransformerConservesRelevance() {
    try (PointerScope scope = new PointerScope();
        TransformerEncoder model = encoder(false)) {
      model.register_module(
          "norm",
          Numeric.drawn(new LayerNorm(new org.jennit.nn.LayerNormOptions(6).bias(false)), 5));
      Tensor x = Numeric.normal(1, 2, 4, 6).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2, 4, 6);
      Tensor found = relevance(model, new CPLRP(new CompositeOptions().epsilon(1e-12)), x, upper);
      Numeric.assertClose(upper.sum(), found.sum(), 1e-6, "sum of relevance");
    }
  }

  @Test
  void aRootThatIsAnAttentionIsRefused() {
    try (ScaledDotProductAttention attention = new ScaledDotProductAttention()) {
      String message =
          assertThrows(JennitException.class, () -> new UnfuseAttention().apply(attention))
              .getMessage();
      assertTrue(message.contains("wrap it in a Sequential"), message);
    }
  }
}
