package org.jennit.composites;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.nn.Module;
import org.jennit.types.Recurrent;

/**
 * A layer map with another one for the first module that it has a line for. A recurrent layer that
 * comes before any such module is the first itself: what follows reads hidden states, not the
 * input.
 */
public class SpecialFirstLayerMapComposite extends Composite {
  private static final Object FIRST_VISITED = new Object();

  public SpecialFirstLayerMapComposite(
      List<LayerMapComposite.Entry> layer_map, List<LayerMapComposite.Entry> first_map) {
    this(layer_map, first_map, List.of());
  }

  public SpecialFirstLayerMapComposite(
      List<LayerMapComposite.Entry> layer_map,
      List<LayerMapComposite.Entry> first_map,
      Collection<? extends Canonizer> canonizers) {
    super(
        (context, name, module) -> pick(context, module, layer_map, first_map),
        Objects.requireNonNull(canonizers, "canonizers is null"));
  }

  private static Hook pick(
      Map<Object, Object> context,
      Module module,
      List<LayerMapComposite.Entry> layer_map,
      List<LayerMapComposite.Entry> first_map) {
    if (!context.containsKey(FIRST_VISITED)) {
      Optional<LayerMapComposite.Entry> first = LayerMapComposite.find(first_map, module);
      if (first.isPresent()) {
        context.put(FIRST_VISITED, true);
        return first.get().hook();
      }
      if (module instanceof Recurrent) {
        context.put(FIRST_VISITED, true);
      }
    }
    return LayerMapComposite.find(layer_map, module)
        .map(LayerMapComposite.Entry::hook)
        .orElse(null);
  }

  @Override
  public SpecialFirstLayerMapComposite coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
