package org.jennit.core;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.Boundary;
import org.jennit.internal.Scoped;
import org.jennit.internal.Tensors;
import org.jennit.nn.Arguments;

/**
 * Keeps a denominator away from zero, with the sign of the value (zero counts as positive): {@code
 * value + sign * epsilon}, or {@code sign * max(|value|, epsilon)} with {@code clip}. With {@code
 * norm_scale}, epsilon is scaled by the root mean square of the value over {@code dim}.
 *
 * @param epsilon not negative; 1e-6 by default
 * @param clip false by default
 * @param norm_scale false by default
 * @param dim dimensions of the root mean square; empty: all but the first
 */
public record Stabilizer(double epsilon, boolean clip, boolean norm_scale, List<Long> dim)
    implements UnaryOperator<Tensor> {
  /** What epsilon is where none is given, as in Zennit. */
  public static final double DEFAULT_EPSILON = 1e-6;

  /**
   * @throws IllegalArgumentException where epsilon is negative or not finite
   */
  public Stabilizer {
    Objects.requireNonNull(dim, "dim is null");
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException(
          "a stabilizer's epsilon must be finite and not negative, but is " + epsilon);
    }
    dim = List.copyOf(dim);
  }

  /** Adds 1e-6. */
  public Stabilizer() {
    this(DEFAULT_EPSILON);
  }

  /** Adds epsilon. */
  public Stabilizer(double epsilon) {
    this(epsilon, false, false, List.of());
  }

  /** A number as a stabilizer that adds it. */
  public static Stabilizer ensure(double epsilon) {
    return new Stabilizer(epsilon);
  }

  /** A function as it is: any may stabilize where one is asked for, as a {@link BasicHook} does. */
  public static UnaryOperator<Tensor> ensure(UnaryOperator<Tensor> stabilizer) {
    return Objects.requireNonNull(stabilizer, "stabilizer is null");
  }

  /** Whether small magnitudes are raised to epsilon, in place of adding it. */
  public Stabilizer withClip(boolean clip) {
    return new Stabilizer(epsilon, clip, norm_scale, dim);
  }

  /**
   * Whether epsilon is scaled by the root mean square of the value.
   *
   * @param dim over these dimensions; none: over all but the first
   */
  public Stabilizer withNormScale(boolean norm_scale, long... dim) {
    Objects.requireNonNull(dim, "dim is null");
    return new Stabilizer(epsilon, clip, norm_scale, java.util.Arrays.stream(dim).boxed().toList());
  }

  /** The stabilized value, recorded by autograd where recording is on. */
  @Override
  public Tensor apply(Tensor value) {
    Tensors.require("the value to stabilize", value);
    return Boundary.call(() -> stabilized(value));
  }

  private Tensor stabilized(Tensor value) {
    return Scoped.tensor(
        () -> {
          Tensor sign =
              torch
                  .where(value.detach().ge(new Scalar(0.0)), new Scalar(1.0), new Scalar(-1.0))
                  .to(value.scalar_type());
          Tensor scale = norm_scale ? scale(value) : null;
          if (!clip) {
            return value.add(scale == null ? sign.mul(new Scalar(epsilon)) : sign.mul(scale));
          }
          Tensor magnitude = value.abs();
          return sign.mul(
              scale == null
                  ? magnitude.clamp_min(new Scalar(epsilon))
                  : torch.maximum(magnitude, scale));
        });
  }

  private Tensor scale(Tensor value) {
    long[] over =
        dim.isEmpty()
            ? java.util.stream.LongStream.range(1, value.dim()).toArray()
            : dim.stream().mapToLong(Long::longValue).toArray();
    return value
        .square()
        .mean(over, true, new org.bytedeco.pytorch.ScalarTypeOptional())
        .sqrt()
        .mul(new Scalar(epsilon));
  }

  /** Adds this stabilizer to a native rule's arguments under {@code prefix}. */
  Arguments addTo(Arguments arguments, String prefix) {
    arguments
        .put(prefix + ".epsilon", epsilon)
        .put(prefix + ".clip", clip)
        .put(prefix + ".norm_scale", norm_scale);
    if (!dim.isEmpty()) {
      arguments.put(prefix + ".dim", dim.stream().mapToLong(Long::longValue).toArray());
    }
    return arguments;
  }
}
