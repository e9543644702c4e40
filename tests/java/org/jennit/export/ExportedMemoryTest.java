package org.jennit.export;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.weights.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A quarter of a gigabyte of weights in an exported program is in memory once. */
class ExportedMemoryTest {
  private static final int TENSORS = 16;
  private static final int ELEMENTS = 4 << 20;
  private static final long SIZE = 4L * ELEMENTS * TENSORS;

  /** What else a process may need meanwhile. */
  private static final long SLACK = 48L << 20;

  private static final Path CONTROL = ExportedFiles.FOLDER.resolve("refuse/accepted_control.pt2");

  @TempDir private Path folder;

  /** Opens a small file, then a big one whose every element it reads; prints what that took. */
  static final class Load {
    private Load() {}

    public static void main(String... arguments) throws IOException {
      ExportedProgram.load(Path.of(arguments[0])).close();
      long own = Memory.own();
      long peak = Memory.peak();
      try (PointerScope scope = new PointerScope();
          ExportedProgram model = ExportedProgram.load(Path.of(arguments[1]))) {
        double sum = 0;
        for (Map.Entry<String, Tensor> entry : model.named_parameters().entrySet()) {
          sum += entry.getKey().startsWith("extra.") ? entry.getValue().sum().item_double() : 0;
        }
        if (sum != TENSORS) {
          throw new AssertionError("the file has other numbers: " + sum);
        }
        System.out.println(Memory.own() - own);
        System.out.println(Memory.peak() - peak);
      }
    }
  }

  /** The small file with parameters that no node reads, each of one 1 and zeros. */
  private Path big() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>(ExportedFiles.entries(CONTROL));
    String config =
        entries.keySet().stream().filter(n -> n.endsWith("weights_config.json")).findFirst().get();
    String weights = config.substring(0, config.lastIndexOf('/') + 1);
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = (ObjectNode) json.readTree(entries.get(config));
    ObjectNode tensors = (ObjectNode) root.get("config");
    ObjectNode like = (ObjectNode) tensors.get("0.bias");
    byte[] storage = new byte[4 * ELEMENTS];
    storage[2] = (byte) 0x80;
    storage[3] = 0x3f;
    for (int i = 0; i < TENSORS; i++) {
      ObjectNode tensor = like.deepCopy();
      tensor.put("path_name", "extra_" + i);
      ObjectNode meta = (ObjectNode) tensor.get("tensor_meta");
      meta.put("dtype", 7);
      ((ObjectNode) meta.get("sizes").get(0)).put("as_int", ELEMENTS);
      tensors.set("extra.p" + i, tensor);
      entries.put(weights + "extra_" + i, storage);
    }
    entries.put(config, json.writeValueAsBytes(root));
    Path file = folder.resolve("big.pt2");
    try (OutputStream out = Files.newOutputStream(file)) {
      ExportedFiles.write(entries, out);
    }
    return file;
  }

  @Test
  void weightsAreInMemoryOnce() throws Exception {
    Path big = big();
    assertTrue(Files.size(big) >= SIZE);
    List<String> lines = Memory.run(Load.class, CONTROL.toString(), big.toString());
    assertTrue(Long.parseLong(lines.get(0)) <= SIZE + SLACK, lines::toString);
    assertTrue(Long.parseLong(lines.get(1)) <= SIZE + SLACK, lines::toString);
  }
}
