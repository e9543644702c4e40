package org.jennit.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A callback over arrays of tensors. Every tensor that is made while it runs, its arguments
 * included, is freed when it returns; what it answers goes on living on the native side. Its owner
 * must hold it as long as native code may call it; graphs hold it themselves.
 */
public final class JavaFunction extends Callback {

  /** What runs; an empty or null answer means what the place of registration says. */
  @FunctionalInterface
  public interface Body {
    Tensor[] apply(Tensor[] first, Tensor[] second, Tensor[] third);
  }

  /** What a rule keeps of a forward call. */
  @FunctionalInterface
  public interface Save {
    Tensor[] apply(Tensor[] inputs, Tensor[] outputs);
  }

  private static final Map<JavaFunction, Integer> HELD_BY_GRAPHS = new ConcurrentHashMap<>();
  private static final Tensor[] NONE = {};

  private final Body body;
  private final Save save;

  public JavaFunction(Body body) {
    this(body, (inputs, outputs) -> NONE);
  }

  public JavaFunction(Body body, Save save) {
    this.body = body;
    // Not the business of a scope that happens to be open.
    retainReference();
    this.save = save;
  }

  @Override
  protected void call(
      TensorVector first, TensorVector second, TensorVector third, TensorVector answer) {
    try (PointerScope scope = new PointerScope()) {
      Tensors.addAll(
          answer, body.apply(Tensors.copy(first), Tensors.copy(second), Tensors.copy(third)));
    } catch (Throwable e) {
      throw Boundary.crossing(e);
    }
  }

  @Override
  protected void save(TensorVector inputs, TensorVector outputs, TensorVector answer) {
    try (PointerScope scope = new PointerScope()) {
      Tensors.addAll(answer, save.apply(Tensors.copy(inputs), Tensors.copy(outputs)));
    } catch (Throwable e) {
      throw Boundary.crossing(e);
    }
  }

  @Override
  protected void retained() {
    HELD_BY_GRAPHS.merge(this, 1, Integer::sum);
  }

  @Override
  protected void released() {
    HELD_BY_GRAPHS.computeIfPresent(this, (held, count) -> count > 1 ? count - 1 : null);
  }

  // A callback is itself and nothing else, whatever address it has.
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
