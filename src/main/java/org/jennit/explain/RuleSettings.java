package org.jennit.explain;

import java.io.Serializable;
import java.util.List;

/**
 * Which rules the modules get, and what is done to the model before. What is null is the default of
 * {@link org.jennit.composites.CompositeOptions}, or of the model.
 *
 * @param composite a name of {@code org.jennit.composites.Composites}, or {@link #NONE}; null for
 *     what goes with the attributor
 * @param canonizer names of {@code org.jennit.canonizers.Canonizers}; {@link #AUTO} stands for what
 *     the architecture needs, {@link #NONE} alone for none
 * @param low least value of the model's input, one or one for each channel; null: of a black pixel
 * @param high largest value of the model's input, likewise; null: of a white pixel
 * @param zeroParams parameters that rules take as zero
 */
public record RuleSettings(
    String composite,
    List<String> canonizer,
    Double epsilon,
    Double gamma,
    Double stabilizer,
    Double betaSmooth,
    List<Double> low,
    List<Double> high,
    List<String> zeroParams)
    implements Serializable {
  /** No composite, or no canonizer. */
  public static final String NONE = "none";

  /** The canonizers that the architecture needs. */
  public static final String AUTO = "auto";
}
