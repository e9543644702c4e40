package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Canonizer;
import org.jennit.core.RemovableHandleList;
import org.jennit.internal.Log;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.types.BatchNorm;
import org.jennit.types.ConvolutionTranspose;

/**
 * Folds a batch norm's scale and shift into the linear layers before it, so that a rule sees both
 * as one linear map: w' = w s and b' = (b - mean) s + shift with s = scale / sqrt(var + eps). The
 * batch norm itself becomes the identity, exactly.
 *
 * <p>The registered parameters and the state_dict stay as they are; only what the layers' forward
 * reads changes. The merged tensors are recorded functions of the parameters where those require
 * gradients, so that derivatives by them are the true ones. After a training step, load_state_dict
 * or {@code to} the layers refuse to run until the composite is registered anew; so does a batch
 * norm in training mode. A layer that somebody gave another forward is left as it is, and a warning
 * says so.
 */
public abstract class MergeBatchNorm extends Canonizer {
  private final List<RemovableHandle> handles = new ArrayList<>();
  private String names = "";
  private List<Module> modules = List.of();
  private boolean proven;

  /**
   * Runs {@code merging}, which fills the list; where it throws, what it had merged is undone.
   *
   * @return the merged pairs, and a check of those that are not proven to be right
   */
  static List<Canonizer> applied(Module root, Consumer<List<MergeBatchNorm>> merging) {
    List<MergeBatchNorm> merged = new ArrayList<>();
    try {
      merging.accept(merged);
      List<Canonizer> applied = new ArrayList<>(merged);
      List<MergeBatchNorm> open = merged.stream().filter(merge -> !merge.proven).toList();
      if (!open.isEmpty()) {
        applied.add(new MergeCheck(root, open));
      }
      return applied;
    } catch (Throwable e) {
      CompositeCanonizer.undo(merged, e);
      throw e;
    }
  }

  /**
   * A copy of this canonizer that has merged {@code batch_norm} into each of {@code linears}.
   *
   * @param names what is merged into what, for messages
   * @param proven whether the batch norm is known to take what the layers answer, and nothing else
   *     does
   */
  final MergeBatchNorm merge(
      String names, List<Module> linears, Module batch_norm, boolean proven) {
    MergeBatchNorm merged = copy();
    merged.names = names;
    merged.modules = Stream.concat(linears.stream(), Stream.of(batch_norm)).toList();
    // What was merged before is the identity now: nothing is done, and nothing to be proven.
    merged.proven = proven || batch_norm.is_overridden();
    try {
      merged.register(linears, batch_norm);
    } catch (Throwable e) {
      merged.remove();
      throw e;
    }
    return merged;
  }

  final List<RemovableHandle> handles() {
    return List.copyOf(handles);
  }

  final String names() {
    return names;
  }

  /** The layers, then the batch norm. */
  final List<Module> modules() {
    return modules;
  }

  @Override
  public abstract MergeBatchNorm copy();

  /** Whether a layer has its own forward, which merging changes as meant. A warning where not. */
  static boolean hasOwnForward(String path, Module linear) {
    if (!linear.is_overridden()) {
      return true;
    }
    Log.warn(
        MergeBatchNorm.class,
        "'" + path + "' has another forward: no batch norm is merged into it");
    return false;
  }

  private void register(List<Module> linears, Module batch_norm) {
    if (batch_norm.is_overridden()) {
      return;
    }
    double eps = ((BatchNorm) batch_norm).eps();
    try (PointerScope scope = new PointerScope()) {
      Tensor mean = required(batch_norm, "running_mean");
      Tensor deviation = required(batch_norm, "running_var").add(new Scalar(eps)).sqrt();
      Tensor weight = batch_norm.get_parameter("weight");
      Tensor shift = batch_norm.get_parameter("bias");
      Tensor scale = weight == null ? deviation.reciprocal() : weight.div(deviation);
      Tensor[] sources = parameters(batch_norm);
      for (Module linear : linears) {
        merge(linear, scale, mean, shift, sources);
      }
    }
    handles.add(batch_norm.overrides().merged());
  }

  private void merge(Module linear, Tensor scale, Tensor mean, Tensor shift, Tensor[] ofBatchNorm) {
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
    Tensor[] sources =
        Stream.of(ofBatchNorm, parameters(linear)).flatMap(Stream::of).toArray(Tensor[]::new);
    handles.add(linear.overrides().parameter("weight", merged, sources));
    handles.add(
        linear
            .overrides()
            .parameter("bias", shift == null ? shifted : shifted.add(shift), sources));
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

  /** What is read of a layer here, as it is registered. */
  private static Tensor[] parameters(Module module) {
    return Stream.of("weight", "bias", "running_mean", "running_var")
        .map(module::get_parameter)
        .filter(Objects::nonNull)
        .toArray(Tensor[]::new);
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
    RemovableHandleList all = new RemovableHandleList();
    handles.forEach(all::add);
    handles.clear();
    all.remove();
  }
}
