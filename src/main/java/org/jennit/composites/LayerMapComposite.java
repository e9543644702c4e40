package org.jennit.composites;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.nn.Module;

/** Picks a module's rule by its type: the first entry that it is an instance of. */
public class LayerMapComposite extends Composite {

  /**
   * One line of a layer map.
   *
   * @param type a layer class, an interface of {@code org.jennit.types}, or a class of the user's
   *     own
   * @param hook the rule; null leaves these modules alone, whatever later lines say
   */
  public record Entry(Class<?> type, Hook hook) {}

  public LayerMapComposite(List<Entry> layer_map) {
    this(layer_map, List.of());
  }

  public LayerMapComposite(List<Entry> layer_map, Collection<? extends Canonizer> canonizers) {
    super(
        (context, name, module) -> find(layer_map, module).map(Entry::hook).orElse(null),
        Objects.requireNonNull(canonizers, "canonizers is null"));
  }

  static Optional<Entry> find(List<Entry> layer_map, Module module) {
    return layer_map.stream().filter(entry -> entry.type().isInstance(module)).findFirst();
  }

  /** Layer maps one after the other. */
  @SafeVarargs
  static List<Entry> join(List<Entry>... maps) {
    List<Entry> joined = new ArrayList<>();
    for (List<Entry> map : maps) {
      joined.addAll(map);
    }
    return List.copyOf(joined);
  }

  @Override
  public LayerMapComposite coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
