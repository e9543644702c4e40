package org.jennit.weights;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages files as disks, networks and editors do, by chance. */
public final class Damage {
  /** Bytes that mean something: extreme numbers, opcodes, JSON's signs. */
  private static final byte[] TELLING =
      "\0\1\177\200\377(.}]{[0q\"tuRQcb:,-9\206\223\224".getBytes(StandardCharsets.ISO_8859_1);

  private Damage() {}

  /** A copy of one of the originals with one to four wounds. */
  public static byte[] damage(List<byte[]> originals, SplittableRandom random) {
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
