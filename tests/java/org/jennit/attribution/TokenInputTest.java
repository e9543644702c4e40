package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Numeric;
import org.jennit.nn.Embedding;
import org.jennit.nn.EmbeddingOptions;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models that take integers, explained at a layer; and models called in a way of their own. */
class TokenInputTest {
  private final PointerScope scope = new PointerScope();
  private final Sequential words =
      Numeric.drawn(
          new Sequential(
              new Embedding(new EmbeddingOptions(7, 3)),
              new Flatten(),
              new Linear(6, 5),
              new ReLU(),
              new Linear(5, 4)),
          1);
  private final Tensor ids = Numeric.tensor(new double[] {1, 6, 3, 3}, 2, 2).to(ScalarType.Long);

  @AfterEach
  void close() {
    words.close();
    scope.close();
  }

  private Tensor expected() {
    // The same network from the embedded words on.
    Sequential rest =
        new Sequential(
            words.get_submodule("1"),
            words.get_submodule("2"),
            words.get_submodule("3"),
            words.get_submodule("4"));
    Tensor embedded = words.get_submodule("0").forward(ids).detach();
    return new Gradient(rest, new EpsilonPlus()).apply(embedded, 2).relevance();
  }

  @Test
  void relevanceIsThatOfTheEmbedding() {
    Tensor expected = expected();
    for (boolean frozen : new boolean[] {false, true}) {
      words.requires_grad_(!frozen);
      Attribution attribution =
          new Gradient(words, new EpsilonPlus()).layers("0", "2").apply(ids, 2);
      assertClose(expected, attribution.relevance(), 1e-14, "relevance");
      assertClose(expected, attribution.layer("0"), 1e-14, "at the layer");
      assertArrayEquals(new long[] {2, 5}, attribution.layer("2").shape());
    }
  }

  @Test
  void withoutALayerIntegersAreRefused() {
    String message =
        assertThrows(
                JennitException.class, () -> new Gradient(words, new EpsilonPlus()).apply(ids, 2))
            .getMessage();
    assertTrue(message.contains("layers(\"embedding\")"), message);
    assertThrows(JennitException.class, () -> new IntegratedGradients(words).apply(ids, 2));
    assertThrows(JennitException.class, () -> new Occlusion(words).apply(ids, 2));
  }

  /** Two inputs, two outputs. */
  private static final class Two extends Module {
    Two() {
      register_module("layer", new Linear(3, 4));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return get_submodule("layer").forward(inputs[0].mul(inputs[1]));
    }
  }

  @Test
  void aFunctionSaysHowTheModelIsCalled() {
    Two model = Numeric.drawn(new Two(), 3);
    Tensor x = Numeric.normal(4, 2, 3);
    Tensor mask = Numeric.normal(5, 2, 3);
    Attribution attribution =
        new Gradient(model).forward_fn(input -> model.forward_all(input, mask)[0]).apply(x, 1);
    Tensor weight = model.get_submodule("layer").get_parameter("weight").detach();
    assertClose(mask.mul(weight.select(0, 1)), attribution.relevance(), 1e-14, "gradient");
    assertEquals(2, attribution.output().dim());
    assertThrows(
        JennitException.class, () -> new Gradient(model).forward_fn(input -> null).apply(x, 1));
    model.close();
  }
}
