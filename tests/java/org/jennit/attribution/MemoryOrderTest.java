package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.canonizers.Canonizers;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonAlpha2Beta1Flat;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.GuidedBackprop;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Numeric;
import org.jennit.models.Models;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models whose convolutions work in channels_last answer what others answer, and a program that
 * reads the memory of a relevance as it is finds it row by row.
 */
class MemoryOrderTest {
  private static final double TOLERANCE = 1e-11;

  private final PointerScope scope = new PointerScope();
  private Sequential plain;
  private Sequential last;
  private Tensor input;

  private static Sequential network() {
    Sequential model =
        new Sequential(
            new Sequential(
                new Conv2d(2, 4, 3, 1, 1),
                new BatchNorm2d(4),
                new ReLU(),
                new Conv2d(4, 6, 1),
                new ReLU(),
                new MaxPool2d(2, 2)),
            new Flatten(),
            new Linear(6 * 3 * 3, 5));
    Numeric.drawn(model, 1).eval();
    return model;
  }

  @BeforeEach
  void open() {
    plain = network();
    last = network();
    last.to(MemoryFormat.ChannelsLast);
    input = Numeric.normal(2, 2, 2, 6, 6);
  }

  @AfterEach
  void close() {
    plain.close();
    last.close();
    scope.close();
  }

  static Stream<Composite> composites() {
    return Stream.of(
        null,
        new EpsilonPlus(),
        new EpsilonGammaBox(-4, 4),
        new EpsilonAlpha2Beta1Flat(),
        new GuidedBackprop());
  }

  /** The memory as it is. */
  private static double[] raw(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    tensor.data_ptr_double().get(values);
    return values;
  }

  private static double[] rawFloats(Tensor tensor) {
    float[] values = new float[(int) tensor.numel()];
    tensor.data_ptr_float().get(values);
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static void assertRaw(Tensor expected, Tensor actual, String what) {
    assertClose(Numeric.values(expected), raw(actual), TOLERANCE, what);
  }

  @Test
  void theModelDoesWorkInThatOrder() {
    Tensor activations = last.get_submodule("0").forward(input);
    assertFalse(activations.is_contiguous());
    assertTrue(activations.is_contiguous(MemoryFormat.ChannelsLast));
    // As the documentation says of those who read them.
    Tensor expected = plain.get_submodule("0").forward(input);
    try (DoubleIndexer values = activations.createIndexer()) {
      assertEquals(
          expected.get(1).get(4).get(2).get(0).item_double(), values.get(1, 4, 2, 0), 1e-11);
    }
  }

  @ParameterizedTest
  @MethodSource("composites")
  void attributionsLieRowByRow(Composite composite) {
    Attribution expected =
        new Gradient(plain, composite).layers("0.2", "0.4").target(3).apply(input);
    Attribution actual = new Gradient(last, composite).layers("0.2", "0.4").target(3).apply(input);
    assertRaw(expected.output(), actual.output(), "output");
    assertRaw(expected.relevance(), actual.relevance(), "relevance");
    for (String path : List.of("0.2", "0.4")) {
      assertRaw(expected.layer(path), actual.layer(path), path);
    }
  }

  @ParameterizedTest
  @MethodSource("composites")
  void severalTargetsLieRowByRow(Composite composite) {
    Attribution expected = new Gradient(plain, composite).targets(input, 0, 3, 4);
    Attribution actual = new Gradient(last, composite).targets(input, 0, 3, 4);
    assertRaw(expected.relevance(), actual.relevance(), "relevance");
  }

  @ParameterizedTest
  @MethodSource("composites")
  void gradientsLieAsTheirInputs(Composite composite) {
    Tensor expected = new Gradient(plain, composite).target(1, 2).apply(input).relevance();
    Tensor seed = Numeric.tensor(new double[] {0, 1, 0, 0, 0, 0, 0, 1, 0, 0}, 2, 5);
    try (CompositeContext context = composite == null ? null : composite.context(last)) {
      Tensor x = input.clone().requires_grad_(true);
      Tensor output = last.forward(x);
      assertRaw(expected, Autograd.grad(output, x, seed, Autograd.RETAIN_GRAPH), "one relevance");
      Tensor several =
          Autograd.grad(output, x, seed.unsqueeze(0).repeat(2, 1, 1), Autograd.IS_GRADS_BATCHED);
      assertRaw(expected, several.select(0, 1), "the second of two relevances");
    }
  }

  @Test
  void relevanceIsDifferentiatedThroughItsOrder() {
    Composite composite = new EpsilonPlus();
    double[][] second = new double[2][];
    List<Module> models = List.of(plain, last);
    for (int i = 0; i < 2; i++) {
      Tensor x = input.clone().requires_grad_(true);
      Attribution attribution =
          new Gradient(models.get(i), composite).create_graph(true).target(3).apply(x);
      assertTrue(attribution.relevance().is_contiguous());
      Tensor loss = Numeric.weighted(attribution.relevance(), 5);
      second[i] = raw(Autograd.grad(loss, x));
    }
    assertClose(second[0], second[1], TOLERANCE, "the derivative of the relevance");
  }

  @Test
  void modelsOfImagesAnswerRowByRow() {
    torch.manual_seed(1);
    try (Module model = Models.of("resnet18", 5)) {
      model.eval();
      Composite composite =
          new EpsilonPlus(new CompositeOptions().canonizers(Canonizers.of("resnet18")));
      Tensor images = Numeric.normal(3, 2, 3, 64, 64);
      Gradient attributor = new Gradient(model, composite).layers("layer2").target(3);
      Attribution working = attributor.apply(images.to(ScalarType.Float));
      double[] relevance = rawFloats(working.relevance());
      double[] layer = rawFloats(working.layer("layer2"));
      double[] gradient;
      try (CompositeContext context = composite.context(model)) {
        Tensor point = images.to(ScalarType.Float).requires_grad_(true);
        gradient = rawFloats(Autograd.grad(model.forward(point).select(1, 3).sum(), point));
      }
      // In double they work row by row.
      model.to(ScalarType.Double);
      Attribution expected = attributor.apply(images);
      assertClose(raw(expected.relevance()), relevance, 1e-3, "relevance");
      assertClose(raw(expected.layer("layer2")), layer, 1e-3, "layer");
      assertClose(raw(expected.relevance()), gradient, 1e-3, "gradient");
    }
  }

  @Test
  void mergedWeightsKeepTheOrder() {
    Composite composite =
        new EpsilonPlus(new CompositeOptions().canonizers(List.of(new SequentialMergeBatchNorm())));
    Tensor weight = last.get_submodule("0.0").get_parameter("weight");
    Tensor before = weight.clone();
    try (CompositeContext context = composite.context(last)) {
      Tensor merged = last.get_submodule("0.0").get_parameter("weight");
      assertFalse(merged.equal(before));
      assertEquals(1, merged.stride(1));
    }
    assertEquals(1, weight.stride(1));
    assertTrue(weight.equal(before));
  }
}
