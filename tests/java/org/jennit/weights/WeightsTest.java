package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jennit.conformance.WeightsCases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WeightsTest {
  private static final Path WEIGHTS = WeightFiles.WEIGHTS;

  static List<Path> refused() {
    return WeightFiles.in("refuse", "");
  }

  private static ObjectNode kind(String kind) {
    return JsonNodeFactory.instance.objectNode().put("kind", kind);
  }

  @Test
  void agreesWithTheVectors() {
    WeightsCases.weights(WeightFiles.VECTORS, kind("weights"));
    WeightsCases.refuse(WeightFiles.VECTORS, kind("refuse"));
  }

  @ParameterizedTest
  @CsvSource({
    "empty.pth, it is empty",
    "eval.pth, __builtin__.eval",
    "os_system.pth, system",
    "whole_module.pth, torch.nn.modules",
    "garbage_pickle.pth, opcode 0x44",
    "missing_storage.pth, data/0",
    "short_storage.pth, it is damaged",
    "not_a_zip.pth, neither safetensors nor",
    "truncated.pth, no zip directory",
    "empty.safetensors, too few",
    "seven_bytes.safetensors, too few",
    "duplicate_key.safetensors, Duplicate",
    "gap.safetensors, gap",
    "header_longer_than_file.safetensors, cut short",
    "header_not_json.safetensors, JSON",
    "header_not_object.safetensors, not a JSON object",
    "header_not_utf8.safetensors, UTF-8",
    "negative_offset.safetensors, counts",
    "overflow.safetensors, overflows",
    "overlap.safetensors, overlaps",
    "past_end.safetensors, ends at byte",
    "shape_mismatch.safetensors, shape of",
    "trailing.safetensors, after its last tensor",
    "truncated.safetensors, ends at byte",
    "unknown_dtype.safetensors, unknown dtype",
  })
  void saysWhyItRefuses(String name, String reason) {
    Path file = WeightFiles.VECTORS.resolve("refuse").resolve(name);
    var error = assertThrows(WeightsException.class, () -> Weights.load(file));
    assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void leavesNothingBehindAfterARefusal(Path file) {
    assertThrows(WeightsException.class, () -> Weights.load(file));
    long before = Pointer.totalCount();
    assertThrows(WeightsException.class, () -> Weights.load(file));
    // What other tests left may go in the meantime; nothing may come.
    assertTrue(Pointer.totalCount() <= before);
  }

  @Test
  void findsTheUsualAndTheNamedKeys() throws IOException {
    Path checkpoint = WEIGHTS.resolve("checkpoint.pth");
    try (StateDict usual = Weights.load(checkpoint);
        StateDict named = Weights.load(checkpoint, LoadOptions.defaults().key("state_dict"))) {
      TensorAsserts.assertSame(usual, named);
    }
    var missing =
        assertThrows(
            WeightsException.class,
            () -> Weights.load(checkpoint, LoadOptions.defaults().key("ema")));
    assertTrue(missing.getMessage().contains("no key 'ema'; its keys are ["), missing.getMessage());
    assertTrue(missing.getMessage().contains("state_dict"), missing.getMessage());
    var deeper = LoadOptions.defaults().key("state_dict").key("classifier.bias");
    var tensor = assertThrows(WeightsException.class, () -> Weights.load(checkpoint, deeper));
    assertTrue(
        tensor.getMessage().contains("'classifier.bias' holds a tensor"), tensor.getMessage());
    Path flat = WEIGHTS.resolve("state_dict.safetensors");
    assertThrows(
        WeightsException.class, () -> Weights.load(flat, LoadOptions.defaults().key("model")));
  }

  @Test
  void stripsPrefixesOnRequest() throws IOException {
    Path file = WEIGHTS.resolve("data_parallel.pth");
    try (StateDict plain = Weights.load(file);
        StateDict stripped =
            Weights.load(file, LoadOptions.defaults().stripPrefix("module.").stripPrefix("feat"))) {
      assertTrue(plain.containsKey("module.features.0.weight"));
      assertTrue(stripped.containsKey("ures.0.weight"));
      assertTrue(stripped.containsKey("classifier.bias"));
      assertFalse(stripped.containsKey("module.features.0.weight"));
    }
    Path safe = WEIGHTS.resolve("state_dict.safetensors");
    try (StateDict stripped = Weights.load(safe, LoadOptions.defaults().stripPrefix("features."))) {
      assertTrue(stripped.containsKey("0.weight"));
    }
  }

  @Test
  void keepsViewsAndSharedStorages() throws IOException {
    try (StateDict tensors = Weights.load(WEIGHTS.resolve("odd_tensors.pth"))) {
      Tensor a = tensors.get("shared_a");
      Tensor b = tensors.get("shared_b");
      // As the pickle says: b starts 8 elements into a's storage, in rows of 6.
      assertEquals(a.data_ptr().address() + 8 * 4, b.data_ptr().address());
      assertArrayEquals(new long[] {6, 1}, strides(b));
      assertArrayEquals(new long[] {1, 6}, strides(tensors.get("transposed")));
      assertFalse(tensors.get("parameter").requires_grad());
      b.zero_();
      assertEquals(0, a.select(0, 1).narrow(0, 2, 2).abs().sum().item_float());
    }
  }

  private static long[] strides(Tensor tensor) {
    long[] strides = new long[(int) tensor.dim()];
    for (int d = 0; d < strides.length; d++) {
      strides[d] = tensor.stride(d);
    }
    return strides;
  }

  @Test
  void namesTorchScriptFiles() {
    Path file = WeightFiles.VECTORS.resolve("torchscript").resolve("tiny_vgg_traced.pt");
    var error = assertThrows(WeightsException.class, () -> Weights.load(file));
    assertTrue(error.getMessage().contains("TorchScript"), error.getMessage());
  }

  @Test
  void releasesEverythingOnClose() throws IOException {
    for (Path file : WeightFiles.in("weights", "")) {
      Weights.load(file).close();
      System.gc();
      long before = Pointer.totalCount();
      for (int i = 0; i < 20; i++) {
        Map<String, Tensor> tensors = Weights.load(file);
        ((StateDict) tensors).close();
      }
      // What other tests left may go in the meantime; nothing may come.
      assertTrue(Pointer.totalCount() <= before, file.toString());
    }
  }
}
