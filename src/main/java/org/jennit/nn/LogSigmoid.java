package org.jennit.nn;

import org.jennit.types.Activation;

/** log(1 / (1 + exp(-x))). Any shape to the same. */
public final class LogSigmoid extends Layer implements Activation {

  public LogSigmoid() {
    super("LogSigmoid", new Arguments());
  }

  LogSigmoid(Handle handle) {
    super(handle);
  }
}
