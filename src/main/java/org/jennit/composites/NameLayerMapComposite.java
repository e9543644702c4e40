package org.jennit.composites;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jennit.core.Canonizer;
import org.jennit.core.Coverage;

/** Rules by name, and by type where no name fits. */
public class NameLayerMapComposite extends MixedComposite {

  public NameLayerMapComposite(
      List<NameMapComposite.Entry> name_map, List<LayerMapComposite.Entry> layer_map) {
    this(Objects.requireNonNull(name_map, "name_map is null"), layer_map, List.of());
  }

  public NameLayerMapComposite(
      List<NameMapComposite.Entry> name_map,
      List<LayerMapComposite.Entry> layer_map,
      Collection<? extends Canonizer> canonizers) {
    super(
        List.of(new NameMapComposite(name_map), new LayerMapComposite(layer_map)),
        Objects.requireNonNull(canonizers, "canonizers is null"));
  }

  @Override
  public NameLayerMapComposite coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
