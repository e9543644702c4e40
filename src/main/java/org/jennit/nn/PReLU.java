package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x where positive, otherwise a learned slope times x. (N, C, ...) to the same, with one slope for
 * all (the default) or one for each channel; slopes start at {@code init}, 0.25 by default.
 */
public final class PReLU extends Layer implements Activation {

  public PReLU() {
    super("PReLU", new Arguments());
  }

  public PReLU(long num_parameters) {
    super("PReLU", new Arguments().put("num_parameters", num_parameters));
  }

  public PReLU(long num_parameters, double init) {
    super("PReLU", new Arguments().put("num_parameters", num_parameters).put("init", init));
  }

  PReLU(Handle handle) {
    super(handle);
  }
}
