package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/**
 * The gradient of a softplus in place of the ReLU's, {@code sigmoid(beta x) R} (Dombrowski et al.
 * 2019); beta is 10 by default. Several inputs share R as under {@link Pass}.
 */
public final class ReLUBetaSmooth extends NativeHook {

  public ReLUBetaSmooth() {
    this(10);
  }

  public ReLUBetaSmooth(double beta_smooth) {
    super("ReLUBetaSmooth", new Arguments().put("beta_smooth", beta_smooth));
  }
}
