package org.jennit.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.internal.JavaFunction;
import org.jennit.internal.Log;
import org.jennit.internal.Rules;
import org.jennit.internal.Tree;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.types.Activation;

/**
 * Finds what relevance would pass as a mere gradient, though a rule was meant for it: layers
 * without a rule when a composite is registered, and operations under no rule in the graph of the
 * first call.
 */
final class CoverageGuard {
  private final Coverage coverage;

  private CoverageGuard(Coverage coverage) {
    this.coverage = coverage;
  }

  /**
   * Judges the registration, and the first call when it comes.
   *
   * @param modules all of the model, by path
   * @param rules the rule of each module that has one, by path
   * @throws JennitException where something is not covered and the composite requires it
   */
  static RemovableHandle watch(
      Module model, Map<String, Module> modules, Map<String, Hook> rules, Composite composite) {
    CoverageGuard guard = new CoverageGuard(composite.coverage());
    if (guard.coverage == Coverage.IGNORE) {
      return () -> {};
    }
    guard.judgeNames(modules, composite);
    Map<String, Module> uncovered = rules.isEmpty() ? Map.of() : uncovered(modules, rules);
    guard.judgeLayers(uncovered);
    JavaFunction listener = JavaFunction.listener(guard::found);
    long[] known =
        uncovered.values().stream().mapToLong(module -> Tree.node_id(module.module())).toArray();
    long id = listener.bind(half -> Rules.add_coverage(model.module(), half, known, known.length));
    return model.hooks().keep(id, listener);
  }

  private void judgeNames(Map<String, Module> modules, Composite composite) {
    List<String> unknown =
        composite.names().stream().filter(name -> !modules.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      found("the composite names modules that the model does not have: " + unknown);
    }
  }

  private void judgeLayers(Map<String, Module> uncovered) {
    if (uncovered.isEmpty()) {
      return;
    }
    List<String> names = new ArrayList<>();
    uncovered.forEach((name, module) -> names.add("'" + name + "' (" + module.type_name() + ")"));
    found(
        "the composite has no rule for "
            + String.join(", ", names)
            + ": relevance passes there as a gradient. Map a rule to these modules, or say"
            + " Coverage.IGNORE");
  }

  private void found(String what) {
    if (coverage == Coverage.REQUIRE) {
      throw new JennitException(what);
    }
    Log.warn(CoverageGuard.class, what);
  }

  private static Map<String, Module> uncovered(
      Map<String, Module> modules, Map<String, Hook> rules) {
    Map<String, Module> uncovered = new LinkedHashMap<>();
    modules.forEach(
        (name, module) -> {
          if (!isCovered(name, rules) && isLayer(module)) {
            uncovered.put(name, module);
          }
        });
    return uncovered;
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

  // What a module with children, or one that executes a graph, does with parameters of its own
  // shows
  // in the recorded graph alone.
  private static boolean isLayer(Module module) {
    if (module instanceof Activation) {
      return true;
    }
    if (module instanceof GraphModule || !module.named_children().isEmpty()) {
      return false;
    }
    Collection<Tensor> parameters = module.named_parameters(false).values();
    parameters.forEach(Tensor::close);
    return !parameters.isEmpty();
  }
}
