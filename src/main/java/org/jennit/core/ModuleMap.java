package org.jennit.core;

import java.util.Map;
import org.jennit.nn.Module;

/**
 * Picks a rule for each module of a model, asked once per module in the order of {@code
 * named_modules}.
 */
@FunctionalInterface
public interface ModuleMap {
  /**
   * The rule of one module.
   *
   * @param context empty at the first module, the same map for all modules of one registration
   * @param name the module's path, "" for the root
   * @return the rule, or null for none
   */
  Hook apply(Map<Object, Object> context, String name, Module module);
}
