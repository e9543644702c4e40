package org.jennit.canonizers;

import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.CallContext;
import org.jennit.core.Composite;
import org.jennit.nn.Module;
import org.jennit.nn.TreeOverlay;

/**
 * Whether canonizers left a model the function that it is. Merging and naming must; a canonizer
 * that swaps activations, say, is meant to change it.
 */
public final class OutputDifference {
  private OutputDifference() {}

  /**
   * The largest difference between what the model computes with and without a composite's
   * canonizers, over the largest magnitude of what it computes without. Single precision rounds
   * merged batch norms to about 1e-5.
   *
   * @param input floating point or integers, as the model takes it; a batch that looks like real
   *     data tells most
   */
  public static double of(Module model, Composite composite, Tensor... input) {
    Objects.requireNonNull(composite, "composite is null");
    try (PointerScope temporaries = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard();
        CallContext context = composite.call_context(model)) {
      Tensor[] before = TreeOverlay.outside(() -> model.forward_all(input));
      Tensor[] after = context.run(() -> model.forward_all(input));
      return largest(before, after);
    }
  }

  /**
   * Refuses a composite whose canonizers change what the model computes.
   *
   * @param tolerance the largest difference that is rounding, as {@link #of} measures it
   * @throws JennitException saying how large it is
   */
  public static void require(Module model, Composite composite, double tolerance, Tensor... input) {
    Objects.requireNonNull(composite, "composite is null");
    double difference = of(model, composite, input);
    if (!(difference <= tolerance)) {
      throw new JennitException(
          "the canonizers change what the model computes by "
              + difference
              + " of its largest output, more than "
              + tolerance);
    }
  }

  /** Whether the difference may be rounding of the outputs' dtype. */
  static boolean isSmall(Tensor[] before, Tensor[] after) {
    double tolerance = 0;
    for (Tensor output : before) {
      tolerance = Math.max(tolerance, rounding(output.scalar_type()));
    }
    return largest(before, after) <= tolerance;
  }

  private static double rounding(ScalarType dtype) {
    return switch (dtype) {
      case Double -> 1e-8;
      case Float -> 1e-3;
      default -> 3e-2;
    };
  }

  private static double largest(Tensor[] before, Tensor[] after) {
    double largest = 0;
    for (int i = 0; i < before.length; i++) {
      if (before[i].numel() == 0 || !before[i].is_floating_point()) {
        continue;
      }
      try (PointerScope temporaries = new PointerScope()) {
        Tensor exact = before[i].to(ScalarType.Double);
        double magnitude = exact.abs().max().item_double();
        double difference = after[i].to(ScalarType.Double).sub(exact).abs().max().item_double();
        largest = Math.max(largest, magnitude == 0 ? difference : difference / magnitude);
      }
    }
    return largest;
  }
}
