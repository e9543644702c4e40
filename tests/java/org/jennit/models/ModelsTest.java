package org.jennit.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jennit.JennitException;
import org.jennit.canonizers.Canonizers;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlusFlat;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every architecture against facts about torchvision 0.25. */
class ModelsTest {

  private static final Path SHAPES =
      Path.of(
          System.getProperty("jennit.vectors", "tests/data/vectors"), "torchvision_shapes.json");

  /**
   * Billions of multiply-adds on one image of 224 x 224, as the documentation of torchvision's
   * weights gives them.
   */
  private static final Map<String, Double> OPERATIONS =
      Map.ofEntries(
          Map.entry("alexnet", 0.714),
          Map.entry("densenet121", 2.834),
          Map.entry("densenet161", 7.728),
          Map.entry("densenet169", 3.36),
          Map.entry("densenet201", 4.291),
          Map.entry("efficientnet_b0", 0.386),
          Map.entry("mobilenet_v2", 0.301),
          Map.entry("resnet18", 1.814),
          Map.entry("resnet34", 3.664),
          Map.entry("resnet50", 4.089),
          Map.entry("resnet101", 7.801),
          Map.entry("resnet152", 11.514),
          Map.entry("resnext50_32x4d", 4.23),
          Map.entry("resnext101_32x8d", 16.414),
          Map.entry("resnext101_64x4d", 15.46),
          Map.entry("wide_resnet50_2", 11.398),
          Map.entry("wide_resnet101_2", 22.753),
          Map.entry("vgg11", 7.609),
          Map.entry("vgg11_bn", 7.609),
          Map.entry("vgg13", 11.308),
          Map.entry("vgg13_bn", 11.308),
          Map.entry("vgg16", 15.47),
          Map.entry("vgg16_bn", 15.47),
          Map.entry("vgg19", 19.632),
          Map.entry("vgg19_bn", 19.632));

  @Test
  void hasEveryArchitecture() throws IOException {
    List<String> expected = new ArrayList<>();
    new ObjectMapper().readTree(SHAPES.toFile()).fieldNames().forEachRemaining(expected::add);
    assertTrue(Models.names().containsAll(expected), Models.names()::toString);
    assertEquals(new HashSet<>(expected), OPERATIONS.keySet());
  }

  @TestFactory
  Stream<DynamicTest> namesShapesAndOperations() throws IOException {
    JsonNode shapes = new ObjectMapper().readTree(SHAPES.toFile());
    return OPERATIONS.keySet().stream()
        .sorted()
        .map(name -> DynamicTest.dynamicTest(name, () -> check(name, shapes.get(name))));
  }

  private static void check(String name, JsonNode expected) {
    try (PointerScope scope = new PointerScope();
        Module model = Models.of(name)) {
      List<String> actual = new ArrayList<>();
      model.state_dict().forEach((key, tensor) -> actual.add(entry(key, tensor.shape())));
      List<String> wanted = new ArrayList<>();
      expected.forEach(entry -> wanted.add(entry(entry.get(0).asText(), shape(entry.get(1)))));
      assertEquals(wanted, actual);
      model.eval();
      assertEquals(OPERATIONS.get(name), multiplyAdds(model) / 1e9, 0.0006);
      // With its canonizers, a composite leaves no activation, and nothing with parameters, bare.
      CompositeOptions options = new CompositeOptions().canonizers(Canonizers.of(name));
      Composite composite = new EpsilonPlusFlat(options).coverage(Coverage.REQUIRE);
      try (CompositeContext context = composite.context(model)) {
        assertTrue(context != null);
      }
    }
  }

  private static String entry(String name, long[] shape) {
    return name + " " + java.util.Arrays.toString(shape);
  }

  private static long[] shape(JsonNode node) {
    long[] shape = new long[node.size()];
    java.util.Arrays.setAll(shape, i -> node.get(i).asLong());
    return shape;
  }

  private static long multiplyAdds(Module model) {
    AtomicLong count = new AtomicLong();
    for (Module module : model.modules()) {
      if (module instanceof Conv2d || module instanceof Linear) {
        module.register_forward_hook(
            (layer, inputs, output) -> {
              if (layer instanceof Conv2d && !(model instanceof EfficientNet)) {
                assertTrue(output[0].is_contiguous(MemoryFormat.ChannelsLast), "channels_last");
              }
              Tensor weight = layer.get_parameter("weight");
              count.addAndGet(output[0].numel() * (weight.numel() / weight.size(0)));
              return null;
            });
      }
    }
    try (NoGradGuard unrecorded = new NoGradGuard()) {
      Tensor output = model.forward(torch.rand(1, 3, 224, 224));
      assertArrayEquals(new long[] {1, 1000}, output.shape());
      assertTrue(output.isfinite().all().item_bool());
    }
    return count.get();
  }

  @TestFactory
  Stream<DynamicTest> takesBatchesOfSmallImagesAndOtherClassesInTraining() {
    return Stream.of(
            "vgg11_bn",
            "resnet18",
            "resnext50_32x4d",
            "alexnet",
            "mobilenet_v2",
            "densenet121",
            "efficientnet_b0")
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Module model = Models.of(name, 7)) {
                        // The smallest that every layer can take.
                        long size = name.equals("alexnet") ? 63 : 32;
                        Tensor output = model.forward(torch.rand(2, 3, size, size + 32));
                        assertArrayEquals(new long[] {2, 7}, output.shape());
                        output.sum().backward();
                        model
                            .named_parameters()
                            .forEach((key, value) -> assertTrue(value.grad().defined(), key));
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> drawsWeightsAsTorchvisionDoes() {
    return Stream.of(
        deviation("vgg11", "features.18.weight", Math.sqrt(2.0 / (512 * 9))),
        deviation("vgg11", "classifier.3.weight", 0.01),
        deviation("resnet18", "layer3.0.conv1.weight", Math.sqrt(2.0 / (256 * 9))),
        deviation("resnet18", "fc.weight", 1 / Math.sqrt(3 * 512)),
        deviation("alexnet", "features.8.weight", 1 / Math.sqrt(3.0 * 384 * 9)),
        deviation("mobilenet_v2", "features.17.conv.2.weight", Math.sqrt(2.0 / 320)),
        deviation("mobilenet_v2", "classifier.1.weight", 0.01),
        deviation("densenet121", "features.transition2.conv.weight", Math.sqrt(2.0 / 512)),
        deviation("densenet121", "classifier.weight", 1 / Math.sqrt(3 * 1024)),
        deviation("efficientnet_b0", "features.6.1.block.1.0.weight", Math.sqrt(2.0 / (1152 * 25))),
        deviation("efficientnet_b0", "classifier.1.weight", 1 / Math.sqrt(3 * 1000)));
  }

  private static DynamicTest deviation(String name, String parameter, double expected) {
    return DynamicTest.dynamicTest(
        name + " " + parameter,
        () -> {
          torch.manual_seed(1);
          try (PointerScope scope = new PointerScope();
              Module model = Models.of(name)) {
            Map<String, Tensor> state = model.state_dict();
            double actual = state.get(parameter).std().item_double();
            assertEquals(1, actual / expected, 0.02);
            assertEquals(0, state.get(parameter).mean().item_double() / expected, 0.02);
            Tensor bias = state.get(parameter.replace("weight", "bias"));
            boolean torchDefault = name.equals("alexnet") || parameter.equals("fc.weight");
            if (bias != null && !torchDefault) {
              assertEquals(0, bias.abs().max().item_double());
            }
          }
        });
  }

  @Test
  void stochasticDepthDropsWholeSamplesInTrainingAlone() {
    try (PointerScope scope = new PointerScope();
        StochasticDepth depth = new StochasticDepth(0.25)) {
      torch.manual_seed(1);
      Tensor rows = depth.forward(torch.ones(4000, 3)).mean(1);
      Tensor kept = rows.gt(new org.bytedeco.pytorch.Scalar(0.0));
      assertEquals(0.75, kept.to(torch.ScalarType.Double).mean().item_double(), 0.03);
      assertEquals(1 / 0.75, rows.max().item_double(), 1e-6);
      Tensor scaled = rows.sub(new org.bytedeco.pytorch.Scalar(1 / 0.75)).abs();
      assertTrue(rows.mul(scaled).abs().max().item_double() < 1e-6, "rows are 0 or 1 / (1 - p)");
      depth.eval();
      assertEquals(3.0, depth.forward(torch.ones(1, 3)).sum().item_double());
      assertEquals("StochasticDepth(p=0.25, mode=row)", depth.toString());
    }
  }

  @Test
  void refusesUnknownNamesAndClasses() {
    Throwable unknown = assertThrows(IllegalArgumentException.class, () -> Models.of("vgg12"));
    assertTrue(unknown.getMessage().contains("'vgg12'; there are alexnet, densenet121"));
    Throwable classes = assertThrows(IllegalArgumentException.class, () -> Models.of("alexnet", 0));
    assertTrue(classes.getMessage().contains("num_classes must be at least 1, but is 0"));
  }

  @Test
  void knowsUsersModels() {
    Models.register("mine", classes -> new Linear(3, classes));
    try (PointerScope scope = new PointerScope();
        Module model = Models.of("mine", 5)) {
      assertArrayEquals(new long[] {1, 5}, model.forward(torch.ones(1, 3)).shape());
    }
    assertTrue(Models.names().contains("mine"));
  }

  /** As torchvision's own files of 2017: dots in the names of layers, and no counters. */
  @Test
  void densenetsTakeTheirOldNames() {
    try (PointerScope scope = new PointerScope();
        Module from = Models.of("densenet121", 3);
        Module into = Models.of("densenet121", 3)) {
      Map<String, Tensor> old = new LinkedHashMap<>();
      from.state_dict()
          .forEach(
              (name, tensor) -> {
                if (!name.endsWith("num_batches_tracked")) {
                  old.put(
                      name.replaceAll("(denselayer\\d+)\\.(norm|conv)([12])", "$1.$2.$3"), tensor);
                }
              });
      assertTrue(old.containsKey("features.denseblock1.denselayer1.norm.1.running_mean"));
      into.load_state_dict(old);
      String last = "features.denseblock4.denselayer16.conv2.weight";
      assertTrue(from.state_dict().get(last).equal(into.state_dict().get(last)));
      old.put(last, from.state_dict().get(last));
      assertThrows(JennitException.class, () -> into.load_state_dict(old));
    }
  }
}
