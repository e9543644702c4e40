package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/**
 * Hands no relevance on: what the module computes counts as a constant, as the weights of an
 * attention do in CP-LRP (Ali et al. 2022, "XAI for transformers: better explanations through
 * conservative propagation").
 */
public final class Zero extends NativeHook {

  public Zero() {
    super("Zero", new Arguments());
  }
}
