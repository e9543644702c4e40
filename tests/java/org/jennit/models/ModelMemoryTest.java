package org.jennit.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.nn.Module;
import org.jennit.weights.Memory;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models that are loaded and closed leave nothing behind. VGG16 takes seconds to build, so it is
 * loaded a hundred times only where {@code -Djennit.memory.loads=100} says so; by default a model
 * of many small layers is.
 */
class ModelMemoryTest {
  private static final int WARM_UP = 3;

  /** A twentieth of VGG16. */
  private static final long SLACK = 24L << 20;

  @TempDir private Path folder;

  /** Loads a model's weights from a file again and again; prints the memory, and objects, left. */
  static final class Loads {
    public static void main(String... arguments) throws IOException, InterruptedException {
      String name = arguments[0];
      Path file = Path.of(arguments[1]);
      try (PointerScope scope = new PointerScope();
          Module model = Models.of(name)) {
        SafeTensors.write(file, model.state_dict(), Map.of());
      }
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        try (Module model = Models.of(name);
            StateDict weights = SafeTensors.read(file)) {
          model.load_state_dict(weights);
        }
        System.gc();
        Thread.sleep(20);
        System.out.println(Memory.own() + " " + Pointer.totalCount());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"vgg16, 6", "mobilenet_v2, 100"})
  void loadingAndClosingLeavesNothing(String name, int times) throws Exception {
    int loads = Math.max(times, Integer.getInteger("jennit.memory.loads", 0));
    String file = folder.resolve("weights.safetensors").toString();
    List<String> lines = Memory.run(Loads.class, name, file, Integer.toString(loads));
    assertEquals(loads, lines.size());
    List<String> first = List.of(lines.get(WARM_UP).split(" ", -1));
    List<String> last = List.of(lines.get(loads - 1).split(" ", -1));
    long growth = Long.parseLong(last.get(0)) - Long.parseLong(first.get(0));
    assertTrue(growth < SLACK, lines::toString);
    assertTrue(Long.parseLong(last.get(1)) <= Long.parseLong(first.get(1)), lines::toString);
  }
}
