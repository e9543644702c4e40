package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/**
 * Guided backpropagation (Springenberg et al. 2015): the module's gradient where what comes from
 * above is positive.
 */
public final class ReLUGuidedBackprop extends NativeHook {

  public ReLUGuidedBackprop() {
    super("ReLUGuidedBackprop", new Arguments());
  }
}
