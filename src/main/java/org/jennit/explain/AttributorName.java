package org.jennit.explain;

/** The attributors there are. */
public enum AttributorName {
  /** {@link org.jennit.attribution.Gradient}. */
  gradient,
  /** {@link org.jennit.attribution.SmoothGrad}. */
  smoothgrad,
  /** {@link org.jennit.attribution.IntegratedGradients}. */
  integrated_gradients,
  /** {@link org.jennit.attribution.InputXGradient}. */
  input_x_gradient,
  /** {@link org.jennit.attribution.Saliency}. */
  saliency,
  /** {@link org.jennit.attribution.Occlusion}. */
  occlusion,
  /** {@link org.jennit.attribution.GradCAM}. */
  gradcam;

  /** Whether a composite of rules is what one would want with it. */
  public boolean goesWithRules() {
    return this == gradient;
  }

  /** The composite that goes with it where none is asked for. */
  public String composite() {
    return goesWithRules() ? "epsilon_gamma_box" : RuleSettings.NONE;
  }
}
