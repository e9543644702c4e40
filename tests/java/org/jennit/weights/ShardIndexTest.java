package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in two files, a.safetensors with x and y, b.safetensors with x and z. */
class ShardIndexTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeParts() throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor ones = torch.ones(2);
      Tensor zeros = torch.zeros(3);
      SafeTensors.write(folder.resolve("a.safetensors"), Map.of("x", ones, "y", ones), Map.of());
      SafeTensors.write(folder.resolve("b.safetensors"), Map.of("x", zeros, "z", ones), Map.of());
    }
  }

  private Path index(String map) throws IOException {
    String json = "{\"metadata\": {}, \"weight_map\": " + map.replace('\'', '"') + "}";
    return Files.writeString(folder.resolve("index.json"), json);
  }

  private void refused(String map, String reason) throws IOException {
    Path index = index(map);
    Weights.load(index("{'x': 'a.safetensors'}")).close();
    long before = Pointer.totalCount();
    index(map);
    var error = assertThrows(WeightsException.class, () -> Weights.load(index));
    assertTrue(error.getMessage().startsWith(index + ": "), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertTrue(Pointer.totalCount() <= before);
  }

  @Test
  void eachTensorComesFromTheFileThatTheIndexNames() throws IOException {
    Path index = index("{'z': 'b.safetensors', 'x': 'b.safetensors', 'y': 'a.safetensors'}");
    try (StateDict state = Weights.load(index)) {
      assertEquals(List.of("z", "x", "y"), List.copyOf(state.keySet()));
      assertEquals(3, state.get("x").numel());
      assertEquals(
          Map.of("a.safetensors.x", "a tensor that the index does not name there"),
          state.skipped());
    }
    LoadOptions options = LoadOptions.defaults().stripPrefix("z");
    try (StateDict state = Weights.load(index, options)) {
      assertEquals(List.of("", "x", "y"), List.copyOf(state.keySet()));
    }
    LoadOptions key = LoadOptions.defaults().key("model");
    var error = assertThrows(WeightsException.class, () -> Weights.load(index, key));
    assertTrue(error.getMessage().contains("has no key 'model'"), error.getMessage());
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    refused("{'x': 'c.safetensors'}", "its part 'c.safetensors' is not beside it: get all parts");
    refused("{'w': 'a.safetensors'}", "its part 'a.safetensors' lacks the tensor 'w'");
    refused("{}", "names 0 tensors");
  }

  @Test
  void partsLieBesideTheIndex() throws IOException {
    refused("{'x': '../a.safetensors'}", "no name of a file beside it, but \"../a.safetensors\"");
    refused("{'x': '/etc/passwd'}", "no name of a file beside it");
    refused("{'x': ''}", "no name of a file beside it");
    refused("{'x': 3}", "for 'x' no name of a file beside it, but 3");
  }

  @Test
  void aPartOfAnotherKindIsRefusedByItsOwnName() throws IOException {
    Path page = Files.writeString(folder.resolve("c.safetensors"), "<html>");
    Path index = index("{'x': 'c.safetensors'}");
    var error = assertThrows(WeightsException.class, () -> Weights.load(index));
    assertTrue(error.getMessage().startsWith(page + ": it is a web page"), error.getMessage());
  }
}
