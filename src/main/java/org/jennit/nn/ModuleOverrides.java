package org.jennit.nn;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jennit.internal.Boundary;
import org.jennit.internal.JavaFunction;
import org.jennit.internal.Overlays;
import org.jennit.internal.Tree;

/**
 * What stands in the place of a module's own forward and parameters, each until its handle is
 * removed: for canonizers. The last one put there is in force; when it is removed, what was below
 * it is again, in whatever order handles are removed. Thread-safe.
 */
public final class ModuleOverrides {
  private static final Object NOTHING = new Object();
  // The native id of the user's own override.
  private static final long OWN = 0;

  private final Attachments attachments;

  ModuleOverrides(Attachments attachments) {
    this.attachments = attachments;
  }

  /**
   * Another forward. Hooks stay.
   *
   * @param forward from the inputs to the output
   */
  public RemovableHandle forward(Function<Tensor[], Tensor> forward) {
    JavaFunction callback = function(forward);
    long id = callback.bind(half -> Tree.add_forward(attachments.owner().module(), half));
    return attachments.keep(id, callback);
  }

  /** The identity in the place of the forward. */
  public RemovableHandle neutral() {
    long id = Boundary.call(() -> Tree.add_identity(attachments.owner().module()));
    return attachments.keep(id, NOTHING);
  }

  /**
   * The identity in the place of a forward that was merged into other modules as it is in
   * evaluation: calls in training mode are refused.
   */
  public RemovableHandle merged() {
    long id = Boundary.call(() -> Tree.add_merged_identity(attachments.owner().module()));
    return attachments.keep(id, NOTHING);
  }

  /**
   * Another tensor where the forward reads its parameter {@code name}. The registered parameter and
   * the state_dict stay.
   *
   * @param value kept until the handle is removed
   * @param sources what the value was made of: once one of them was written to or moved, calls of
   *     the module are refused, since the value is stale
   */
  public RemovableHandle parameter(String name, Tensor value, Tensor... sources) {
    try (TensorVector made_of = new TensorVector(sources)) {
      long id =
          Boundary.call(
              () -> Tree.add_parameter(attachments.owner().module(), name, value, made_of));
      return attachments.keep(id, NOTHING);
    }
  }

  /**
   * Runs {@code work}, whose calls see no hooks, and nothing of what these handles stand for.
   *
   * @param handles of overrides
   */
  public static <T> T without(List<RemovableHandle> handles, Supplier<T> work) {
    Objects.requireNonNull(handles, "handles is null");
    Objects.requireNonNull(work, "work is null");
    long[] ids =
        handles.stream()
            .filter(Attachments.Handle.class::isInstance)
            .mapToLong(handle -> ((Attachments.Handle) handle).id())
            .toArray();
    Boundary.run(() -> Overlays.enter_without(ids, ids.length));
    try {
      return work.get();
    } finally {
      Overlays.leave();
    }
  }

  /** The user's own override, below all that stand here; null takes it back. */
  void own(Function<Tensor[], Tensor> forward) {
    org.bytedeco.pytorch.Module node = attachments.owner().module();
    if (forward == null) {
      Boundary.run(() -> Tree.restore_forward(node));
      attachments.forget(OWN);
      return;
    }
    JavaFunction callback = function(forward);
    callback.bind(
        half -> {
          Tree.override_forward(node, half);
          return null;
        });
    attachments.keep(OWN, callback);
  }

  private static JavaFunction function(Function<Tensor[], Tensor> forward) {
    return new JavaFunction((inputs, none, nothing) -> new Tensor[] {forward.apply(inputs)});
  }
}
