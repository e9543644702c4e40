package org.jennit.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Module;

/**
 * Weights and inputs by the formula of the vectors' README: the same on every machine, without a
 * file.
 */
final class FormulaWeights {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int CHUNK = 1 << 16;

  private FormulaWeights() {}

  /** Gives every floating point tensor of the state_dict its values. */
  static void fill(Module model, String salt) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      for (Map.Entry<String, Tensor> entry : model.state_dict().entrySet()) {
        if (entry.getValue().is_floating_point()) {
          fill(entry.getValue(), entry.getKey(), salt);
        }
      }
    }
  }

  private static void fill(Tensor tensor, String name, String salt) {
    double scale = 0.1;
    double offset = 0;
    if (name.endsWith("running_var")) {
      scale = 0.5;
      offset = 1;
    } else if (name.endsWith("running_mean")) {
      scale = 0.1;
    } else if (tensor.dim() >= 2) {
      long row = tensor.numel() / tensor.size(0);
      scale = Math.sqrt(6.0 / row);
    } else if (name.endsWith("weight")) {
      scale = 0.2;
      offset = 1;
    }
    fill(tensor, hash(salt + name), scale, offset);
  }

  /** 2u(salt + "input", j), 1 x 3 x 224 x 224 in float32. */
  static Tensor input(String salt) {
    Tensor input = torch.empty(1, 3, 224, 224);
    fill(input, hash(salt + "input"), 2, 0);
    return input;
  }

  private static void fill(Tensor tensor, long seed, double scale, double offset) {
    if (!tensor.is_contiguous() || tensor.scalar_type().intern() != torch.ScalarType.Float) {
      throw new AssertionError("the formula fills contiguous float32 tensors");
    }
    long count = tensor.numel();
    try (PointerScope scope = new PointerScope()) {
      FloatPointer memory = new FloatPointer(tensor.data_ptr());
      IntStream.range(0, Math.toIntExact((count + CHUNK - 1) / CHUNK))
          .parallel()
          .forEach(chunk -> fill(memory, (long) chunk * CHUNK, count, seed, scale, offset));
    }
  }

  private static void fill(
      FloatPointer memory, long from, long count, long seed, double scale, double offset) {
    float[] values = new float[(int) Math.min(CHUNK, count - from)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (offset + scale * u(seed, from + i));
    }
    try (FloatPointer place = new FloatPointer(memory)) {
      place.position(from).put(values);
    }
  }

  /** Between -1 and 1: splitmix64's finaliser of the seed and the place. */
  private static double u(long seed, long j) {
    long z = seed + (j + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) * 0x1p-23 - 1;
  }

  /** FNV-1a, 64 bits, of the UTF-8 bytes. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
