package org.jennit.composites;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.nn.Module;

/**
 * Asks several composites in turn; the first rule counts. Their canonizers apply too, after those
 * given here.
 */
public class MixedComposite extends Composite {
  private final List<Composite> composites;

  public MixedComposite(List<? extends Composite> composites) {
    this(composites, List.of());
  }

  public MixedComposite(
      List<? extends Composite> composites, Collection<? extends Canonizer> canonizers) {
    super(
        (context, name, module) -> pick(composites, context, name, module),
        all(
            Objects.requireNonNull(composites, "composites is null"),
            Objects.requireNonNull(canonizers, "canonizers is null")));
    this.composites = List.copyOf(composites);
  }

  @Override
  protected Collection<String> names() {
    return names_of(composites);
  }

  // Each composite is asked about every module, so that what it keeps in its context stays right.
  @SuppressWarnings("unchecked")
  private static Hook pick(
      List<? extends Composite> composites,
      Map<Object, Object> context,
      String name,
      Module module) {
    Hook picked = null;
    for (int i = 0; i < composites.size(); i++) {
      Map<Object, Object> inner =
          (Map<Object, Object>) context.computeIfAbsent(i, key -> new LinkedHashMap<>());
      Hook hook = composites.get(i).module_map().apply(inner, name, module);
      picked = picked == null ? hook : picked;
    }
    return picked;
  }

  private static List<Canonizer> all(
      List<? extends Composite> composites, Collection<? extends Canonizer> canonizers) {
    List<Canonizer> all = new ArrayList<>(canonizers);
    composites.forEach(composite -> all.addAll(composite.canonizers()));
    return all;
  }

  @Override
  public MixedComposite coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
