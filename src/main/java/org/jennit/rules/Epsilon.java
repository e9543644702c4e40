package org.jennit.rules;

import java.util.List;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance in proportion to the contributions, {@code x * (w's)} with {@code s = R / stabilized(z
 * + b)} (Bach et al. 2015, eq. 58). On a module that is no linear map, x times the module's own
 * gradient of s, for each input that needs a gradient: sums and concatenations share the relevance
 * out by their summands, and a product hands all of it to each of its factors. Defaults: epsilon
 * 1e-6, no parameter taken as zero.
 */
public final class Epsilon extends NativeHook {

  public Epsilon() {
    this(new Stabilizer());
  }

  public Epsilon(double epsilon) {
    this(new Stabilizer(epsilon));
  }

  public Epsilon(Stabilizer epsilon) {
    this(epsilon, List.of());
  }

  public Epsilon(Stabilizer epsilon, List<String> zero_params) {
    super("Epsilon", stabilized("epsilon", epsilon).put("zero_params", zero_params));
  }
}
