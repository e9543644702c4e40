package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.JennitException;
import org.jennit.nn.Module;

/**
 * Damaged model files in a process of their own: each loads or is refused by a JennitException that
 * names it; none ends the process. {@code -Djennit.fuzz.runs=N} runs N / 4, {@code
 * -Djennit.fuzz.seed=S} others.
 */
public final class FuzzRuns {
  private static final int RUNS = Integer.getInteger("jennit.fuzz.runs", 2000) / 4;
  private static final long SEED = Long.getLong("jennit.fuzz.seed", 1);

  /** Makes the content of one damaged file. */
  @FunctionalInterface
  public interface Damager {
    byte[] damaged(SplittableRandom random) throws IOException;
  }

  private FuzzRuns() {}

  /**
   * Runs a class whose main method calls {@link #loadAll}, and requires that a good part is
   * refused.
   */
  public static void check(Class<?> program, Path source, Path folder) throws Exception {
    Path progress = folder.resolve("progress");
    List<String> lines;
    try {
      lines =
          Memory.run(
              program,
              source.toAbsolutePath().toString(),
              folder.toString(),
              Long.toString(SEED),
              "0",
              Integer.toString(RUNS));
    } catch (AssertionError e) {
      throw new AssertionError("in run " + Files.readString(progress) + " of seed " + SEED, e);
    }
    assertEquals(2, lines.size(), lines::toString);
    int refused = Integer.parseInt(lines.get(0));
    assertEquals(RUNS, refused + Integer.parseInt(lines.get(1)));
    assertTrue(refused > RUNS / 4, lines::toString);
  }

  /** Loads damaged files; prints how many were refused and how many loaded. */
  public static void loadAll(String[] arguments, Damager damager, Function<Path, Module> loader)
      throws IOException {
    Path folder = Path.of(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    int refused = 0;
    int loaded = 0;
    for (int run = Integer.parseInt(arguments[3]); run < Integer.parseInt(arguments[4]); run++) {
      Files.writeString(folder.resolve("progress"), Integer.toString(run));
      byte[] damaged = damager.damaged(new SplittableRandom(seed * 1_000_003 + run));
      Path file = Files.write(folder.resolve("damaged.pt"), damaged);
      try (PointerScope scope = new PointerScope();
          Module model = loader.apply(file)) {
        model.state_dict().values().forEach(tensor -> tensor.ne(tensor).any().item_bool());
        loaded++;
      } catch (JennitException e) {
        require(e.getMessage().contains(file.toString()), "no file in: " + e.getMessage());
        require(!e.getMessage().contains("Exception raised from"), "a stack: " + e.getMessage());
        refused++;
      }
      Files.delete(file);
    }
    System.out.println(refused);
    System.out.println(loaded);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
