package org.jennit.core;

/**
 * What a composite does about modules with parameters, and activations, that it leaves without a
 * rule.
 */
public enum Coverage {
  /** Nothing: the gradient is what is wanted there. */
  IGNORE,
  /** Logs their names, once for each registration. */
  WARN,
  /** Refuses the model, naming them. */
  REQUIRE
}
