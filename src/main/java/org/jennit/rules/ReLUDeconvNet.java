package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/** Deconvolution (Zeiler and Fergus 2014): the positive part of what comes from above. */
public final class ReLUDeconvNet extends NativeHook {

  public ReLUDeconvNet() {
    super("ReLUDeconvNet", new Arguments());
  }
}
