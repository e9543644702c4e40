package org.jennit.nn;

import org.jennit.internal.Boundary;
import org.jennit.internal.Options;
import org.jennit.internal.Tree;

/**
 * One of torch's layers: a native node of the tree, with torch's options, defaults, initialisation
 * and forward.
 */
public abstract class Layer extends Module {

  /**
   * Makes the native layer.
   *
   * @param type the name in torch.nn, such as "Conv2d"
   * @param arguments torch's arguments by name
   * @throws RuntimeException naming the argument that torch would refuse
   */
  protected Layer(String type, Arguments arguments) {
    super(make(type, arguments));
  }

  /** Takes over a native layer that exists already. */
  Layer(Handle handle) {
    super(handle);
  }

  /** What a normalization adds to its variance. */
  final double native_eps() {
    return Boundary.call(() -> Tree.eps(module()));
  }

  private static Handle make(String type, Arguments arguments) {
    try (Options options = arguments.toNative()) {
      return new Handle(Boundary.call(() -> Tree.make_layer(type, options)));
    }
  }
}
