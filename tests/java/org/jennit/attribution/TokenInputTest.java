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
import org.jennit.nn.Conv1d;
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

  /** Words before channels. */
  private static final class ChannelsFirst extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].transpose(1, 2);
    }
  }

  @Test
  void theMapOfALayerIsOverTheWords() {
    Sequential model =
        Numeric.drawn(
            new Sequential(
                new Embedding(new EmbeddingOptions(7, 3)),
                new ChannelsFirst(),
                new Conv1d(3, 4, 2),
                new ReLU(),
                new Flatten(),
                new Linear(12, 2)),
            2);
    Tensor sentences =
        Numeric.tensor(new double[] {1, 6, 3, 3, 0, 2, 5, 4}, 2, 4).to(ScalarType.Long);
    double[] activations =
        Numeric.values(
            model
                .get_submodule("2")
                .forward(model.get_submodule("0").forward(sentences).detach().transpose(1, 2)));
    double[] weight = Numeric.values(model.get_submodule("5").get_parameter("weight"));
    double[] expected = new double[2 * 3];
    for (int sentence = 0; sentence < 2; sentence++) {
      for (int channel = 0; channel < 4; channel++) {
        // The mean gradient of output 1 by the channel, through the ReLU and the last layer.
        double mean = 0;
        for (int place = 0; place < 3; place++) {
          boolean passes = activations[(sentence * 4 + channel) * 3 + place] > 0;
          mean += passes ? weight[12 + channel * 3 + place] / 3 : 0;
        }
        for (int place = 0; place < 3; place++) {
          expected[sentence * 3 + place] +=
              mean * activations[(sentence * 4 + channel) * 3 + place];
        }
      }
    }
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.max(expected[i], 0);
    }
    GradCAM attributor = new GradCAM(model, "2");
    for (boolean frozen : new boolean[] {false, true}) {
      model.requires_grad_(!frozen);
      Tensor map = attributor.apply(sentences, 1).relevance();
      assertArrayEquals(new long[] {2, 1, 3}, map.shape());
      assertClose(expected, Numeric.values(map), 1e-14, "map");
    }
    String message =
        assertThrows(JennitException.class, () -> attributor.upsample(true).apply(sentences, 1))
            .getMessage();
    assertTrue(message.contains("a layer of 3 dimensions to an input of 2"), message);
    model.close();
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
