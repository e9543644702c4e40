package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half a gigabyte of weights takes no more memory than its size. */
class LoadMemoryTest {
  private static final int TENSORS = 32;
  private static final int ELEMENTS = 4 << 20;
  private static final long SIZE = 4L * ELEMENTS * TENSORS;

  /** What else a process may need meanwhile. */
  private static final long SLACK = 48L << 20;

  @TempDir private Path folder;

  /** Loads a file, reads every element, and prints the memory that this took. */
  static final class Load {
    public static void main(String... arguments) throws IOException {
      Path small = Path.of(arguments[0]);
      Path big = Path.of(arguments[1]);
      touch(small);
      long own = Memory.own();
      long peak = Memory.peak();
      System.out.println(touch(big) - own);
      System.out.println(Memory.peak() - peak);
    }

    private static long touch(Path file) throws IOException {
      try (PointerScope scope = new PointerScope();
          StateDict weights = Weights.load(file)) {
        double sum = 0;
        for (Tensor tensor : weights.values()) {
          sum += tensor.sum().item_double();
        }
        if (sum != weights.size()) {
          throw new AssertionError("the file has other numbers");
        }
        return Memory.own();
      }
    }
  }

  /** Each tensor has a 1 and zeros. */
  private Path safeTensors(String name, int tensors, int elements) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = torch.zeros(elements);
      tensor.narrow(0, 0, 1).fill_(new org.bytedeco.pytorch.Scalar(1.0));
      Map<String, Tensor> weights = new LinkedHashMap<>();
      for (int i = 0; i < tensors; i++) {
        weights.put("layer" + i + ".weight", tensor);
      }
      Path file = folder.resolve(name);
      SafeTensors.write(file, weights, Map.of());
      return file;
    }
  }

  private Path zip(String name, int tensors, int elements) throws IOException {
    byte[] storage = new byte[4 * elements];
    storage[2] = (byte) 0x80;
    storage[3] = 0x3f;
    StringBuilder items = new StringBuilder();
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < tensors; i++) {
      String key = Integer.toString(i);
      items.append(TorchFiles.text("layer" + i + ".weight"));
      items.append(
          TorchFiles.tensor(
              TorchFiles.storage("FloatStorage", key, elements),
              0,
              TorchFiles.numbers(elements),
              TorchFiles.numbers(1)));
      entries.put("data/" + key, storage);
    }
    String pickle = TorchFiles.pickle(TorchFiles.dict(items.toString()));
    return TorchFiles.zip(folder.resolve(name), pickle, entries);
  }

  @Test
  void safetensorsStayInTheFile() throws Exception {
    Path big = safeTensors("big.safetensors", TENSORS, ELEMENTS);
    check(safeTensors("small.safetensors", 1, 16), big, 0);
  }

  @Test
  void filesByTorchAreInMemoryOnce() throws Exception {
    Path big = zip("big.pth", TENSORS, ELEMENTS);
    // Its storages do not lie at multiples of 16 bytes, so that they have to be copied.
    check(zip("small.pth", 1, 16), big, SIZE);
  }

  private static void check(Path small, Path big, long own) throws Exception {
    assertTrue(Files.size(big) >= SIZE);
    List<String> lines = Memory.run(Load.class, small.toString(), big.toString());
    assertTrue(Long.parseLong(lines.get(0)) <= own + SLACK, lines::toString);
    assertTrue(Long.parseLong(lines.get(1)) <= SIZE + SLACK, lines::toString);
  }
}
