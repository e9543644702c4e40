package org.jennit.internal;

import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A callback over arrays of tensors. Every tensor that is made while it runs, its arguments
 * included, is freed when it returns; what it answers goes on living on the native side. Native
 * code refers to it weakly: its owner must hold it as long as it is to be called. Graphs hold it
 * themselves.
 */
public final class JavaFunction {

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

  /** A vector of native code's, which stays its property. */
  private static final class Borrowed extends TensorVector {
    Borrowed(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  private static final Tensor[] NONE = {};

  private final Body body;
  private final Save save;
  private final Consumer<String> listener;

  public JavaFunction(Body body) {
    this(body, (inputs, outputs) -> NONE);
  }

  public JavaFunction(Body body, Save save) {
    this(body, save, text -> {});
  }

  /** What native code has to say in words. */
  public static JavaFunction listener(Consumer<String> listener) {
    return new JavaFunction((f, s, t) -> NONE, (inputs, outputs) -> NONE, listener);
  }

  private JavaFunction(Body body, Save save, Consumer<String> listener) {
    this.body = body;
    this.save = save;
    this.listener = listener;
  }

  /** Hands the native half to {@code use}; it lives on where native code shares it. */
  public <T> T bind(Function<Callback, T> use) {
    try (Callback half = Boundary.call(() -> Callbacks.make_callback(this))) {
      return Boundary.call(() -> use.apply(half));
    }
  }

  // Native code calls these by name, with addresses of vectors.

  void call(long first, long second, long third, long answer) {
    try (PointerScope scope = new PointerScope()) {
      Tensors.addAll(
          new Borrowed(answer), body.apply(tensors(first), tensors(second), tensors(third)));
    }
  }

  void save(long inputs, long outputs, long answer) {
    try (PointerScope scope = new PointerScope()) {
      Tensors.addAll(new Borrowed(answer), save.apply(tensors(inputs), tensors(outputs)));
    }
  }

  void say(String text) {
    listener.accept(text);
  }

  private static Tensor[] tensors(long address) {
    return Tensors.copy(new Borrowed(address));
  }
}
