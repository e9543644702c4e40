package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formulas, by hand; what PyTorch's modules make of their parts is in CheckpointsTest. */
class ParametrizationsTest {
  @TempDir private Path folder;

  private StateDict loaded(Object... namesAndTensors) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTensors.length; i += 2) {
      tensors.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
    }
    Path file = folder.resolve(tensors.hashCode() + ".safetensors");
    SafeTensors.write(file, tensors, Map.of());
    return Weights.load(file);
  }

  private static Tensor tensor(long[] shape, float... values) {
    return Tensor.create(values, shape);
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[(int) tensor.numel()];
    tensor.contiguous().data_ptr_float().get(values);
    return values;
  }

  private static void assertValues(Tensor tensor, float... expected) {
    assertArrayEquals(expected, values(tensor), 1e-6f);
  }

  /** v has the rows (3, 4) and (0, 2), of lengths 5 and 2; its columns have 3 and sqrt(20). */
  @Test
  void weightNormFollowsTheShapeOfItsLengths() throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor v = tensor(new long[] {2, 2}, 3, 4, 0, 2);
      try (StateDict rows =
              loaded("a.weight_v", v, "a.weight_g", tensor(new long[] {2, 1}, 10, 4));
          StateDict columns =
              loaded("weight_hh_l0_g", tensor(new long[] {1, 2}, 3, 0), "weight_hh_l0_v", v);
          StateDict whole = loaded("weight_g", torch.norm(v), "weight_v", v, "b", v)) {
        assertValues(rows.get("a.weight"), 6, 8, 0, 4);
        assertValues(columns.get("weight_hh_l0"), 3, 0, 0, 0);
        assertValues(whole.get("weight"), 3, 4, 0, 2);
        assertEquals(List.of("weight", "b"), List.copyOf(whole.keySet()));
      }
    }
  }

  /** diag(4, 2), whose first singular value is 4. */
  @ParameterizedTest
  @CsvSource({
    "conv.weight_orig, conv.weight_u, conv.weight_v",
    "conv.parametrizations.weight.original, conv.parametrizations.weight.0._u,"
        + " conv.parametrizations.weight.0._v"
  })
  void spectralNormDividesByTheSingularValue(String original, String left, String right)
      throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor unit = tensor(new long[] {2}, 1, 0);
      Tensor weight = tensor(new long[] {2, 2}, 4, 0, 0, 2);
      try (StateDict state = loaded(original, weight, left, unit, right, unit)) {
        assertEquals(List.of("conv.weight"), List.copyOf(state.keySet()));
        assertValues(state.get("conv.weight"), 1, 0, 0, 0.5f);
      }
    }
  }

  /** PyTorch 0.4 has no right vector, and the weight of the last step beside its parts. */
  @Test
  void theWeightItselfCountsWhereItStands() throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor unit = tensor(new long[] {2}, 1, 0);
      Tensor weight = tensor(new long[] {2, 2}, 4, 0, 0, 2);
      Tensor made = tensor(new long[] {2, 2}, 1, 0, 0, 0.5f);
      try (StateDict state = loaded("weight_orig", weight, "weight_u", unit, "weight", made)) {
        assertEquals(List.of("weight"), List.copyOf(state.keySet()));
        assertValues(state.get("weight"), 1, 0, 0, 0.5f);
      }
    }
  }

  @Test
  void pruningMultipliesByTheMask() throws IOException {
    try (PointerScope scope = new PointerScope();
        StateDict state =
            loaded(
                "bias_orig", tensor(new long[] {2}, 3, 4),
                "bias_mask", tensor(new long[] {2}, 0, 1))) {
      assertValues(state.get("bias"), 0, 4);
    }
  }

  @Test
  void whatIsNoParametrizationStays() throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor two = tensor(new long[] {2}, 3, 4);
      Tensor square = tensor(new long[] {2, 2}, 3, 4, 0, 2);
      for (Object[] parts :
          new Object[][] {
            {"weight_g", two, "weight_v", square},
            {"weight_g", square, "weight_v", square},
            {"gate_g", two, "gate_v", two},
            {"weight", two, "weight_g", torch.norm(two), "weight_v", two},
            {"weight_g", torch.norm(two), "weight_v", two.to(ScalarType.Long)},
            {"weight_orig", two, "weight_mask", square},
            {"weight_orig", square, "weight_u", square, "weight_v", two},
            {"weight_orig", square, "weight_u", two},
            {"parametrizations.weight.original", two},
            {"parametrizations.weight.original", square, "parametrizations.weight.0.base", square},
            {"other.weight.original0", torch.norm(two), "other.weight.original1", two},
          }) {
        try (StateDict state = loaded(parts)) {
          assertEquals(parts.length / 2, state.size(), state::toString);
          assertTrue(state.containsKey(parts[0]));
        }
      }
    }
  }
}
