package org.jennit.composites;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jennit.core.Composite;
import org.jennit.core.Stabilizer;

/** Composites by name, the built-in ones under Zennit's; users may add their own. Thread-safe. */
public final class Composites {
  private static final Map<String, Function<CompositeOptions, Composite>> REGISTRY =
      new ConcurrentSkipListMap<>(
          Map.ofEntries(
              entry("epsilon_gamma_box", EpsilonGammaBox::new),
              entry("epsilon_plus", EpsilonPlus::new),
              entry("epsilon_alpha2_beta1", EpsilonAlpha2Beta1::new),
              entry("epsilon_plus_flat", EpsilonPlusFlat::new),
              entry("epsilon_alpha2_beta1_flat", EpsilonAlpha2Beta1Flat::new),
              entry("attnlrp", AttnLRP::new),
              entry("cplrp", CPLRP::new),
              entry("deconvnet", DeconvNet::new),
              entry("guided_backprop", GuidedBackprop::new),
              entry("excitation_backprop", ExcitationBackprop::new),
              entry("beta_smooth", BetaSmooth::new)));

  private Composites() {}

  private static Map.Entry<String, Function<CompositeOptions, Composite>> entry(
      String name, Function<CompositeOptions, Composite> factory) {
    return Map.entry(name, factory);
  }

  /**
   * A new composite.
   *
   * @throws IllegalArgumentException for an unknown name, listing the known ones
   */
  public static Composite of(String name, CompositeOptions options) {
    Objects.requireNonNull(name, "name is null");
    Function<CompositeOptions, Composite> factory = REGISTRY.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "there is no composite '"
              + name
              + "'; there are "
              + String.join(", ", REGISTRY.keySet()));
    }
    return factory.apply(options);
  }

  /** Adds a composite, or puts another in the place of one. */
  public static void register(String name, Function<CompositeOptions, Composite> factory) {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(factory, "factory is null");
    REGISTRY.put(name, factory);
  }

  /** Forgets a name; does nothing where it is not known. */
  public static void unregister(String name) {
    Objects.requireNonNull(name, "name is null");
    REGISTRY.remove(name);
  }

  /**
   * The lines that the built-in composites of relevance share: activations and batch norms pass
   * relevance on, sums and average poolings share it by contribution, and recurrent layers have a
   * rule of their own.
   *
   * @param stabilizer of the Norm rule of sums and average poolings
   */
  public static List<LayerMapComposite.Entry> layer_map_base(Stabilizer stabilizer) {
    Objects.requireNonNull(stabilizer, "stabilizer is null");
    return LayerMaps.base(stabilizer);
  }

  /** With a stabilizer that adds 1e-6. */
  public static List<LayerMapComposite.Entry> layer_map_base() {
    return layer_map_base(new Stabilizer());
  }

  /** The known names, sorted, and what makes each. */
  public static Map<String, Function<CompositeOptions, Composite>> all() {
    return Collections.unmodifiableMap(new TreeMap<>(REGISTRY));
  }
}
