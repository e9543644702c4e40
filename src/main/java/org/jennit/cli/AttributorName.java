package org.jennit.cli;

/** The attributors there are. */
enum AttributorName {
  gradient,
  smoothgrad,
  integrated_gradients,
  input_x_gradient,
  saliency,
  occlusion,
  gradcam;

  /** Whether a composite of rules is what one would want with it. */
  boolean goesWithRules() {
    return this == gradient;
  }
}
