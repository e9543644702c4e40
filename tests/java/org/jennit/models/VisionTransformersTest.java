package org.jennit.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.composites.AttnLRP;
import org.jennit.composites.CompositeOptions;
import org.jennit.core.Autograd;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Numeric;
import org.jennit.nn.Module;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Vision transformers; their numbers are compared with torchvision's by the vectors. */
class VisionTransformersTest {
  /** As the documentation of torchvision's weights gives them. */
  private static final Map<String, Long> PARAMETERS =
      Map.of(
          "vit_b_16", 86567656L,
          "vit_b_32", 88224232L,
          "vit_l_16", 304326632L,
          "swin_t", 28288354L,
          "swin_s", 49606258L,
          "swin_b", 87768224L);

  @TestFactory
  Stream<DynamicTest> haveAsManyParametersAsTorchvision() {
    return PARAMETERS.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Module model = Models.of(entry.getKey())) {
                        long count =
                            model.named_parameters().values().stream()
                                .mapToLong(Tensor::numel)
                                .sum();
                        assertEquals(entry.getValue(), count);
                      }
                    }));
  }

  private static VisionTransformer small() {
    VisionTransformer model = new VisionTransformer(16, 4, 2, 2, 8, 12, 3);
    model.eval();
    return model;
  }

  @Test
  void namesAreTorchvisions() {
    try (PointerScope scope = new PointerScope();
        VisionTransformer model = small()) {
      List<String> names = List.copyOf(model.state_dict().keySet());
      assertEquals("class_token", names.get(0));
      assertEquals("conv_proj.weight", names.get(1));
      assertEquals("encoder.pos_embedding", names.get(3));
      assertTrue(names.contains("encoder.layers.encoder_layer_1.mlp.3.bias"), names::toString);
      assertEquals("heads.head.bias", names.get(names.size() - 1));
      Map<String, Tensor> old = new LinkedHashMap<>();
      model
          .state_dict()
          .forEach(
              (name, tensor) ->
                  old.put(
                      name.replace(".mlp.0.", ".mlp.linear_1.")
                          .replace(".mlp.3.", ".mlp.linear_2."),
                      tensor));
      model.load_state_dict(old);
    }
  }

  @Test
  void anImageOfAnotherSizeIsRefused() {
    try (PointerScope scope = new PointerScope();
        VisionTransformer model = small()) {
      String message =
          assertThrows(RuntimeException.class, () -> model.forward(torch.randn(1, 3, 20, 16)))
              .getMessage();
      assertTrue(message.contains("the images must be (N, 3, 16, 16)"), message);
    }
  }

  @Test
  void sizesThatAreNoneAreRefused() {
    for (long[] sizes : new long[][] {{16, 0, 2}, {-16, 4, 2}, {18, 4, 2}, {16, 4, -1}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new VisionTransformer(sizes[0], sizes[1], sizes[2], 2, 8, 16, 3));
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SwinTransformer(
                new long[] {2, 2}, 4, new long[] {-2}, new long[] {1}, new long[] {3, 3}, 2, 0, 3));
  }

  @Test
  void windowsOfAnyImageAreExplainedWithoutAGap() {
    try (PointerScope scope = new PointerScope();
        SwinTransformer model =
            new SwinTransformer(
                new long[] {2, 2},
                4,
                new long[] {2, 1},
                new long[] {1, 2},
                new long[] {3, 3},
                2,
                0.1,
                3)) {
      Numeric.drawn(model, 3);
      model.eval();
      // Neither a multiple of the windows nor even after a merging.
      Tensor image = Numeric.normal(1, 2, 3, 14, 10).requires_grad_(true);
      try (CompositeContext context =
          new AttnLRP(new CompositeOptions().conv_gamma(0.25).lin_gamma(0.05))
              .coverage(Coverage.REQUIRE)
              .context(model)) {
        Tensor output = model.forward(image);
        assertArrayEquals(new long[] {2, 3}, output.shape());
        Tensor relevance = Autograd.grad(output, image, torch.ones_like(output));
        assertTrue(relevance.isfinite().all().item_bool());
      }
    }
  }
}
