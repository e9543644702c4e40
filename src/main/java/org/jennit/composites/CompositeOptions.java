package org.jennit.composites;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Canonizer;
import org.jennit.core.Stabilizer;
import org.jennit.internal.Scalars;

/**
 * What the built-in composites can be given, under Zennit's names. A composite uses the options
 * that it has and leaves the others. Not thread-safe.
 */
public final class CompositeOptions {
  Stabilizer epsilon = new Stabilizer();
  Stabilizer stabilizer = new Stabilizer();
  double gamma = 0.25;
  OptionalDouble conv_gamma = OptionalDouble.empty();
  OptionalDouble lin_gamma = OptionalDouble.empty();
  double beta_smooth = 10;
  Tensor low;
  Tensor high;
  List<String> zero_params = List.of();
  final List<LayerMapComposite.Entry> layer_map = new ArrayList<>();
  final List<LayerMapComposite.Entry> first_map = new ArrayList<>();
  final List<Canonizer> canonizers = new ArrayList<>();

  /** Of the Epsilon rule; 1e-6 by default. */
  public CompositeOptions epsilon(Stabilizer epsilon) {
    this.epsilon = epsilon;
    return this;
  }

  /** As {@link #epsilon(Stabilizer)}, of a stabilizer that adds this. */
  public CompositeOptions epsilon(double epsilon) {
    return epsilon(new Stabilizer(epsilon));
  }

  /** Of all other rules; 1e-6 by default. */
  public CompositeOptions stabilizer(Stabilizer stabilizer) {
    this.stabilizer = stabilizer;
    return this;
  }

  /** As {@link #stabilizer(Stabilizer)}, of a stabilizer that adds this. */
  public CompositeOptions stabilizer(double epsilon) {
    return stabilizer(new Stabilizer(epsilon));
  }

  /** Of the Gamma rule; 0.25 by default. */
  public CompositeOptions gamma(double gamma) {
    this.gamma = gamma;
    return this;
  }

  /** AttnLRP and CPLRP: Gamma on convolutions, with this; Epsilon by default. */
  public CompositeOptions conv_gamma(double conv_gamma) {
    this.conv_gamma = OptionalDouble.of(conv_gamma);
    return this;
  }

  /** AttnLRP and CPLRP: Gamma on dense layers, with this; Epsilon by default. */
  public CompositeOptions lin_gamma(double lin_gamma) {
    this.lin_gamma = OptionalDouble.of(lin_gamma);
    return this;
  }

  /** Of ReLUBetaSmooth; 10 by default. */
  public CompositeOptions beta_smooth(double beta_smooth) {
    this.beta_smooth = beta_smooth;
    return this;
  }

  /** The smallest value of the input, for ZBox, which needs it. */
  public CompositeOptions low(double low) {
    return low(Scalars.tensor(low));
  }

  /** As a tensor that broadcasts to the input. */
  public CompositeOptions low(Tensor low) {
    this.low = low;
    return this;
  }

  /** The largest value of the input, for ZBox, which needs it. */
  public CompositeOptions high(double high) {
    return high(Scalars.tensor(high));
  }

  /** As a tensor that broadcasts to the input. */
  public CompositeOptions high(Tensor high) {
    this.high = high;
    return this;
  }

  /** Parameters that the rules take as zero; none by default. */
  public CompositeOptions zero_params(String... names) {
    Objects.requireNonNull(names, "names is null");
    zero_params = List.of(names);
    return this;
  }

  /** Lines that come before the composite's own. */
  public CompositeOptions layer_map(List<LayerMapComposite.Entry> entries) {
    Objects.requireNonNull(entries, "entries is null");
    layer_map.addAll(entries);
    return this;
  }

  /** Lines for the first layer that come before the composite's own. */
  public CompositeOptions first_map(List<LayerMapComposite.Entry> entries) {
    Objects.requireNonNull(entries, "entries is null");
    first_map.addAll(entries);
    return this;
  }

  /** What reshapes the model first, after those that were given before. */
  public CompositeOptions canonizers(List<? extends Canonizer> canonizers) {
    Objects.requireNonNull(canonizers, "canonizers is null");
    this.canonizers.addAll(canonizers);
    return this;
  }

  /** See {@link #canonizers(List)}. */
  public CompositeOptions canonizers(Canonizer... canonizers) {
    Objects.requireNonNull(canonizers, "canonizers is null");
    return canonizers(List.of(canonizers));
  }
}
