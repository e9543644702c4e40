package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Canonizer;
import org.jennit.internal.Boundary;
import org.jennit.internal.Tree;
import org.jennit.nn.Module;
import org.jennit.types.BatchNorm;
import org.jennit.types.ConvolutionTranspose;

/**
 * Folds a batch norm's scale and shift into the linear layers before it, so that a rule sees both
 * as one linear map: w' = w s and b' = (b - mean) s + shift with s = scale / sqrt(var + eps). The
 * batch norm itself becomes the identity, exactly.
 *
 * <p>The registered parameters and the state_dict stay as they are; only what the layers' forward
 * reads changes. The merged tensors are recorded functions of the parameters where those require
 * gradients, so that derivatives by them are the true ones; after a training step the composite
 * must be registered anew.
 */
public abstract class MergeBatchNorm extends Canonizer {
  private final List<Runnable> undo = new ArrayList<>();

  /** Runs {@code merging}, which fills the list; where it throws, what it had merged is undone. */
  static List<Canonizer> applied(Consumer<List<Canonizer>> merging) {
    List<Canonizer> merged = new ArrayList<>();
    try {
      merging.accept(merged);
    } catch (Throwable e) {
      CompositeCanonizer.undo(merged, e);
      throw e;
    }
    return merged;
  }

  /** A copy of this canonizer that has merged {@code batch_norm} into each of {@code linears}. */
  final MergeBatchNorm merge(List<Module> linears, Module batch_norm) {
    MergeBatchNorm merged = copy();
    try {
      merged.register(linears, batch_norm);
    } catch (Throwable e) {
      merged.remove();
      throw e;
    }
    return merged;
  }

  @Override
  public abstract MergeBatchNorm copy();

  private void register(List<Module> linears, Module batch_norm) {
    if (batch_norm.is_overridden()) {
      // Merged before, perhaps by another composite: it is the identity now.
      return;
    }
    double eps = ((BatchNorm) batch_norm).eps();
    try (PointerScope scope = new PointerScope()) {
      Tensor mean = required(batch_norm, "running_mean");
      Tensor deviation = required(batch_norm, "running_var").add(new Scalar(eps)).sqrt();
      Tensor weight = batch_norm.get_parameter("weight");
      Tensor shift = batch_norm.get_parameter("bias");
      Tensor scale = weight == null ? deviation.reciprocal() : weight.div(deviation);
      for (Module linear : linears) {
        merge(linear, scale, mean, shift);
      }
    }
    undo.add(
        () -> {
          if (!batch_norm.is_closed()) {
            batch_norm.override_forward(null);
          }
        });
    batch_norm.make_neutral();
  }

  private void merge(Module linear, Tensor scale, Tensor mean, Tensor shift) {
    Tensor weight = linear.get_parameter("weight");
    Tensor bias = linear.get_parameter("bias");
    int channel = linear instanceof ConvolutionTranspose ? 1 : 0;
    requireFitting(linear, weight, bias, channel, scale.numel());
    long groups = channel == 1 ? scale.numel() / weight.size(1) : 1;
    Tensor merged;
    if (groups > 1) {
      // Output channels of a grouped transposed convolution run over groups first, then within
      // each.
      long[] shape = weight.shape();
      long[] grouped = new long[shape.length + 1];
      grouped[0] = groups;
      grouped[1] = shape[0] / groups;
      System.arraycopy(shape, 1, grouped, 2, shape.length - 1);
      long[] factor = new long[shape.length + 1];
      java.util.Arrays.fill(factor, 1);
      factor[0] = groups;
      factor[2] = shape[1];
      merged = weight.view(grouped).mul(scale.view(factor)).view(shape);
    } else {
      long[] factor = new long[(int) weight.dim()];
      java.util.Arrays.fill(factor, 1);
      factor[channel] = -1;
      merged = weight.mul(scale.view(factor));
    }
    Tensor shifted = (bias == null ? mean.neg() : bias.sub(mean)).mul(scale);
    replace(linear, "weight", merged);
    replace(linear, "bias", shift == null ? shifted : shifted.add(shift));
  }

  // A batch norm of one channel would broadcast to any number without a word.
  private static void requireFitting(
      Module linear, Tensor weight, Tensor bias, int channel, long features) {
    if (weight == null) {
      throw new JennitException(linear + " has no weight that a batch norm could be merged into");
    }
    boolean fits = channel == 1 ? features % weight.size(1) == 0 : features == weight.size(channel);
    if (!fits || (bias != null && bias.numel() != features)) {
      throw new JennitException(
          "a batch norm of " + features + " features cannot be merged into " + linear);
    }
  }

  private void replace(Module linear, String name, Tensor value) {
    Tensor before = linear.get_parameter(name);
    Tensor kept = before == null ? new Tensor() : before;
    kept.retainReference();
    undo.add(
        () -> {
          if (!linear.is_closed()) {
            Boundary.run(() -> Tree.set_effective_parameter(linear.module(), name, kept));
          }
          kept.releaseReference();
        });
    Boundary.run(() -> Tree.set_effective_parameter(linear.module(), name, value));
  }

  private static Tensor required(Module batch_norm, String name) {
    Tensor tensor = batch_norm.get_parameter(name);
    if (tensor == null) {
      throw new JennitException(
          batch_norm
              + " keeps no running statistics (track_running_stats=False) and cannot be merged");
    }
    return tensor;
  }

  @Override
  public void remove() {
    for (int i = undo.size() - 1; i >= 0; i--) {
      undo.get(i).run();
    }
    undo.clear();
  }
}
