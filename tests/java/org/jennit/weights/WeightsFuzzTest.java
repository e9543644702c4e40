package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files give a WeightsException or tensors whose every element can be read, and nothing
 * else: no other exception, no crash, no native object left. {@code -Djennit.fuzz.runs=N} runs
 * more, {@code -Djennit.fuzz.seed=S} others.
 */
class WeightsFuzzTest {
  private static final int RUNS = Integer.getInteger("jennit.fuzz.runs", 2000);
  private static final long SEED = Long.getLong("jennit.fuzz.seed", 1);

  @TempDir Path folder;

  @Test
  void damagedFilesGiveClearErrors() throws IOException {
    List<Path> sources = new ArrayList<>(WeightFiles.in("weights", ""));
    sources.addAll(WeightFiles.in("refuse", ""));
    try (Stream<Path> checkpoints = Files.list(CheckpointsTest.FOLDER)) {
      sources.addAll(
          checkpoints.filter(file -> !file.toString().endsWith(".py")).sorted().toList());
    }
    List<byte[]> originals = new ArrayList<>();
    for (Path source : sources) {
      originals.add(Files.readAllBytes(source));
    }
    Weights.load(sources.get(0)).close();
    long before = Pointer.totalCount();
    int refused = 0;
    for (int run = 0; run < RUNS; run++) {
      SplittableRandom random = new SplittableRandom(SEED * 1_000_003 + run);
      byte[] damaged = Damage.damage(originals, random);
      // A new file for each run: a mapping of the last one must not see it change.
      Path file =
          Files.write(
              folder.resolve(run + (random.nextBoolean() ? ".pth" : ".safetensors")), damaged);
      try {
        readAll(file);
      } catch (WeightsException e) {
        refused++;
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      } catch (Throwable e) {
        throw new AssertionError("run " + run + " of seed " + SEED + " gave " + e, e);
      }
      Files.delete(file);
      assertTrue(Pointer.totalCount() <= before, "run " + run + " left native objects");
    }
    assertTrue(refused > RUNS / 4, refused + " refused");
  }

  private static void readAll(Path file) throws IOException {
    try (StateDict tensors = Weights.load(file);
        PointerScope scope = new PointerScope()) {
      for (Tensor tensor : tensors.values()) {
        if (tensor.numel() < 1 << 20) {
          TensorAsserts.bytes(tensor);
        }
      }
    }
  }
}
