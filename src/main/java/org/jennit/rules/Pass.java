package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/** Hands the relevance through unchanged; input and output must have one shape. */
public final class Pass extends NativeHook {

  public Pass() {
    super("Pass", new Arguments());
  }
}
