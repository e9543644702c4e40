package org.jennit.composites;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.core.ModuleMap;

/** Picks a module's rule by its path: the first entry that names it. */
public class NameMapComposite extends Composite {
  private final List<String> names;

  /**
   * One line of a name map.
   *
   * @param names paths of modules, such as "features.3"
   * @param hook their rule
   */
  public record Entry(Collection<String> names, Hook hook) {}

  public NameMapComposite(List<Entry> name_map) {
    this(name_map, List.of());
  }

  public NameMapComposite(List<Entry> name_map, Collection<? extends Canonizer> canonizers) {
    super(
        map(Objects.requireNonNull(name_map, "name_map is null")),
        Objects.requireNonNull(canonizers, "canonizers is null"));
    names = name_map.stream().flatMap(entry -> entry.names().stream()).toList();
  }

  private static ModuleMap map(List<Entry> name_map) {
    return (context, name, module) ->
        name_map.stream()
            .filter(entry -> entry.names().contains(name))
            .findFirst()
            .map(Entry::hook)
            .orElse(null);
  }

  @Override
  protected Collection<String> names() {
    return names;
  }

  @Override
  public NameMapComposite coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
