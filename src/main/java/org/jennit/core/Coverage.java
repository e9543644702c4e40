package org.jennit.core;

/**
 * What a composite does about what relevance passes as a mere gradient: layers with parameters and
 * activations without a rule, judged when it is registered; operations under no rule that mix,
 * split or scale relevance, a model without any rule on the way, or whose output does not depend on
 * its input, judged in the graph of the first call; and names of modules that the model does not
 * have.
 */
public enum Coverage {
  /** Nothing: the gradient is what is wanted there. */
  IGNORE,
  /** Logs what it is, once for each registration. */
  WARN,
  /** Refuses the registration, or the first call, naming it. */
  REQUIRE
}
