package org.jennit.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.nn.Module;
import org.jennit.types.Activation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the modules through which relevance would pass as a mere gradient, though a rule was meant
 * for them.
 */
final class CoverageGuard {
  private static final Logger LOG = LoggerFactory.getLogger(CoverageGuard.class);

  private CoverageGuard() {}

  /**
   * @param rules the rule of each module that has one, by path
   */
  static void check(Map<String, Module> modules, Map<String, Hook> rules, Coverage coverage) {
    if (coverage == Coverage.IGNORE || rules.isEmpty()) {
      return;
    }
    List<String> uncovered = uncovered(modules, rules);
    if (uncovered.isEmpty()) {
      return;
    }
    String message =
        "the composite has no rule for "
            + String.join(", ", uncovered)
            + ": relevance passes there as a gradient. Map a rule to these modules, or say"
            + " Coverage.IGNORE";
    if (coverage == Coverage.REQUIRE) {
      throw new JennitException(message);
    }
    LOG.warn(message);
  }

  static List<String> uncovered(Map<String, Module> modules, Map<String, Hook> rules) {
    List<String> names = new ArrayList<>();
    modules.forEach(
        (name, module) -> {
          if (!isCovered(name, rules) && needsRule(module)) {
            names.add("'" + name + "' (" + module.type_name() + ")");
          }
        });
    return names;
  }

  // A rule on a container speaks for all that is in it.
  private static boolean isCovered(String name, Map<String, Hook> rules) {
    for (String path = name; ; path = path.substring(0, Math.max(0, path.lastIndexOf('.')))) {
      if (rules.containsKey(path)) {
        return true;
      }
      if (path.isEmpty()) {
        return false;
      }
    }
  }

  private static boolean needsRule(Module module) {
    if (module instanceof Activation) {
      return true;
    }
    Collection<Tensor> parameters = module.named_parameters(false).values();
    parameters.forEach(Tensor::close);
    return !parameters.isEmpty();
  }
}
