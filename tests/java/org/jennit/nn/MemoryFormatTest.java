package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Test;

/** The order of a module's parameters in memory. */
class MemoryFormatTest {

  private static Sequential network() {
    return Numeric.drawn(
        new Sequential(
            new Conv2d(2, 3, 3),
            new BatchNorm2d(3),
            new Conv2d(3, 4, 1),
            new Sequential(new Conv3d(2, 3, 2), new Linear(3, 2))),
        1);
  }

  private static Map<String, long[]> strides(Module module) {
    Map<String, long[]> strides = new LinkedHashMap<>();
    module
        .state_dict()
        .forEach(
            (name, tensor) ->
                strides.put(name, LongStream.range(0, tensor.dim()).map(tensor::stride).toArray()));
    return strides;
  }

  private static void assertStrides(Map<String, long[]> expected, Map<String, long[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, each) -> assertArrayEquals(each, actual.get(name), name));
  }

  @Test
  void ordersImagesOrVolumesOrBoth() {
    try (PointerScope scope = new PointerScope();
        Sequential model = network()) {
      Map<String, Tensor> before = new LinkedHashMap<>();
      model.state_dict().forEach((name, tensor) -> before.put(name, tensor.clone()));
      Map<String, long[]> plain = strides(model);

      model.to(MemoryFormat.ChannelsLast);
      Map<String, long[]> images = new LinkedHashMap<>(plain);
      images.put("0.weight", new long[] {18, 1, 6, 2});
      // A kernel of one pixel has these strides too, from which LibTorch tells the order.
      images.put("2.weight", new long[] {3, 1, 3, 3});
      assertStrides(images, strides(model));

      model.to(MemoryFormat.ChannelsLast3d);
      images.put("3.0.weight", new long[] {16, 1, 8, 4, 2});
      assertStrides(images, strides(model));
      model
          .state_dict()
          .forEach((name, tensor) -> assertTrue(tensor.equal(before.get(name)), name));

      model.to(MemoryFormat.Contiguous);
      assertStrides(plain, strides(model));
    }
  }

  @Test
  void isKeptByOtherConversionsAndByLoading() {
    try (PointerScope scope = new PointerScope();
        Sequential model = network();
        Sequential other = network()) {
      model.to(MemoryFormat.ChannelsLast);
      Map<String, long[]> ordered = strides(model);
      model.to(ScalarType.Float);
      assertStrides(ordered, strides(model));
      model.load_state_dict(other.state_dict());
      assertStrides(ordered, strides(model));
      Tensor weight = model.get_submodule("0").get_parameter("weight");
      assertTrue(weight.requires_grad() && weight.is_leaf());
    }
  }

  @Test
  void leavesValuesAndSharingAlone() {
    Conv2d shared = Numeric.drawn(new Conv2d(2, 2, 3, 1, 1), 1);
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(shared, new ReLU(), shared)) {
      Tensor x = Numeric.normal(2, 1, 2, 5, 5);
      double[] plain = Numeric.values(model.forward(x));
      model.to(MemoryFormat.ChannelsLast);
      assertArrayEquals(plain, Numeric.values(model.forward(x)), 1e-12);
      assertEquals(2, model.parameters().size());
    }
  }

  @Test
  void refusesWhatIsNoOrder() {
    try (PointerScope scope = new PointerScope();
        Sequential model = network()) {
      Map<String, long[]> before = strides(model);
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> model.to(MemoryFormat.Preserve));
      assertTrue(refused.getMessage().contains("Preserve"), refused.getMessage());
      assertTrue(refused.getMessage().contains("ChannelsLast"), refused.getMessage());
      assertThrows(NullPointerException.class, () -> model.to((MemoryFormat) null));
      assertStrides(before, strides(model));
    }
  }
}
