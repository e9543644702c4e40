package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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

  /** Bytes that mean something: extreme numbers, opcodes, JSON's signs. */
  private static final byte[] TELLING =
      "\0\1\177\200\377(.}]{[0q\"tuRQcb:,-9\206\223\224"
          .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

  @TempDir Path folder;

  @Test
  void damagedFilesGiveClearErrors() throws IOException {
    List<Path> sources = new ArrayList<>(WeightFiles.in("weights", ""));
    sources.addAll(WeightFiles.in("refuse", ""));
    List<byte[]> originals = new ArrayList<>();
    for (Path source : sources) {
      originals.add(Files.readAllBytes(source));
    }
    Weights.load(sources.get(0)).close();
    long before = Pointer.totalCount();
    int refused = 0;
    for (int run = 0; run < RUNS; run++) {
      SplittableRandom random = new SplittableRandom(SEED * 1_000_003 + run);
      byte[] damaged = damage(originals, random);
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

  private static byte[] damage(List<byte[]> originals, SplittableRandom random) {
    byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      bytes = damageOnce(bytes, originals.get(random.nextInt(originals.size())), random);
    }
    return bytes;
  }

  private static byte[] damageOnce(byte[] bytes, byte[] other, SplittableRandom random) {
    if (bytes.length == 0) {
      return other.clone();
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
      case 2 ->
          Arrays.fill(
              bytes, at, Math.min(bytes.length, at + 8), (byte) (random.nextBoolean() ? -1 : 0));
      case 3 -> bytes = Arrays.copyOf(bytes, at);
      case 4 -> bytes = splice(bytes, at, other, random);
      default -> bytes = splice(bytes, at, bytes, random);
    }
    return bytes;
  }

  /** A piece of another file, in place of as many bytes or between them. */
  private static byte[] splice(byte[] bytes, int at, byte[] other, SplittableRandom random) {
    int from = other.length == 0 ? 0 : random.nextInt(other.length);
    int length = Math.min(other.length - from, random.nextInt(1, 64));
    int resume = Math.min(bytes.length, random.nextBoolean() ? at + length : at);
    byte[] result = new byte[at + length + bytes.length - resume];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(other, from, result, at, length);
    System.arraycopy(bytes, resume, result, at + length, bytes.length - resume);
    return result;
  }
}
