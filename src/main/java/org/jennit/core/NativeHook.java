package org.jennit.core;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Boundary;
import org.jennit.internal.Options;
import org.jennit.internal.Rules;
import org.jennit.nn.Arguments;
import org.jennit.nn.Module;

/**
 * A built-in rule: its name and arguments, worked out by the native core. Immutable and
 * thread-safe.
 */
public abstract class NativeHook extends Hook {
  private final String type;
  private final Arguments arguments;

  /**
   * @param type the native rule's name
   * @param arguments checked at once
   * @throws org.jennit.JennitException naming the argument that the rule refuses
   */
  protected NativeHook(String type, Arguments arguments) {
    this.type = type;
    this.arguments = arguments;
    make().close();
  }

  /** The arguments that name {@code stabilizer} under {@code prefix}. */
  protected static Arguments stabilized(String prefix, Stabilizer stabilizer) {
    return Objects.requireNonNull(stabilizer, prefix + " is null").addTo(new Arguments(), prefix);
  }

  @Override
  public final String name() {
    return type;
  }

  @Override
  protected final Tensor[] backward(Call call, Tensor[] grad_output) {
    throw new IllegalStateException(type + " runs in native code");
  }

  @Override
  final NativeRule nativeRule(Module module) {
    return make();
  }

  private NativeRule make() {
    try (Options options = arguments.toNative()) {
      return new NativeRule(Boundary.call(() -> Rules.make_rule(type, options)), null);
    }
  }

  @Override
  public String toString() {
    return type;
  }
}
