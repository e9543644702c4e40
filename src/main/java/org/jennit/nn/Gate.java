package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * A signal times its weights, two inputs that broadcast, in this order. As an activation it passes
 * relevance on to the signal; the weights get none.
 */
public final class Gate extends Layer implements Activation {

  public Gate() {
    super("Gate", new Arguments());
  }

  Gate(Handle handle) {
    super(handle);
  }
}
