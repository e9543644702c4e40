package org.jennit.rules;

/**
 * How the relevance R of a product {@code g s} is shared between the gate g, a value from 0 to 1,
 * and the signal s that it weighs (Arras et al. 2019, "Explaining and interpreting LSTMs",
 * arXiv:1909.12114, where these are LRP-all, LRP-prop, LRP-abs and LRP-half).
 */
public enum GateRule {
  /**
   * R to the signal, nothing to the gate: a gate is a weight, and says how much is let through but
   * not what (Arras et al. 2017).
   */
  ALL,
  /**
   * {@code R g / (g + s)} and {@code R s / (g + s)}, in proportion to the factors. Where they
   * nearly cancel, both are large.
   */
  PROP,
  /** {@code R |g| / (|g| + |s|)} and {@code R |s| / (|g| + |s|)}, in proportion to magnitudes. */
  ABS,
  /** {@code R / 2} each. */
  HALF
}
