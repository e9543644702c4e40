package org.jennit.nn;

import java.util.Objects;
import org.jennit.internal.Boundary;
import org.jennit.internal.Options;
import org.jennit.internal.Tree;

/** Layers by name, for models that are described rather than written. */
public final class Layers {
  private Layers() {}

  /**
   * The layer or container that torch.nn calls {@code type}.
   *
   * @param arguments torch's, by name
   * @throws org.jennit.JennitException for an unknown type, or naming the argument that is missing,
   *     unknown or refused
   */
  public static Module of(String type, Arguments arguments) {
    Objects.requireNonNull(arguments, "arguments is null");
    try (Options options = arguments.toNative()) {
      return Modules.adopt(Boundary.call(() -> Tree.make_layer(type, options)));
    }
  }
}
