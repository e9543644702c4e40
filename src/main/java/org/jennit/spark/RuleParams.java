package org.jennit.spark;

import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** How an {@link Explainer} explains. */
public abstract sealed class RuleParams extends ModelParams permits PictureParams {
  private final StringArrayParam target =
      new StringArrayParam(
          this,
          "target",
          "max (the largest output), top-K (a row for each of the K largest), all, or indices and names of classes, a row for each");
  private final Param<String> attributor =
      new Param<>(
          this,
          "attributor",
          "gradient, smoothgrad, integrated_gradients, input_x_gradient, saliency, occlusion or gradcam");
  private final Param<String> layer =
      new Param<>(this, "layer", "the module that gradcam looks at");
  private final IntParam nIter =
      new IntParam(this, "nIter", "steps of smoothgrad and integrated_gradients; 20 by default");
  private final DoubleParam noiseLevel =
      new DoubleParam(
          this, "noiseLevel", "of smoothgrad, as a share of the input's range; 0.1 by default");
  private final IntArrayParam window =
      new IntArrayParam(
          this,
          "window",
          "of occlusion: pixels of the window, one or one for each side; 8 by default");
  private final IntArrayParam stride =
      new IntArrayParam(
          this, "stride", "of occlusion: pixels between two windows, likewise; 8 by default");
  private final Param<String> composite =
      new Param<>(
          this,
          "composite",
          "the composite of rules, or none; by default epsilon_gamma_box, for attributors other than gradient none");
  private final StringArrayParam canonizer =
      new StringArrayParam(
          this,
          "canonizer",
          "canonizers; auto (the default) stands for what the architecture needs, none for none");
  private final DoubleParam epsilon =
      new DoubleParam(this, "epsilon", "of Epsilon; 1e-6 by default");
  private final DoubleParam gamma = new DoubleParam(this, "gamma", "of Gamma; 0.25 by default");
  private final DoubleParam stabilizer =
      new DoubleParam(this, "stabilizer", "of all rules but Epsilon; 1e-6 by default");
  private final DoubleParam betaSmooth =
      new DoubleParam(this, "betaSmooth", "of beta_smooth's ReLU; 10 by default");
  private final DoubleArrayParam low =
      new DoubleArrayParam(
          this,
          "low",
          "least value of the model's input, for ZBox; by default that of a black pixel");
  private final DoubleArrayParam high =
      new DoubleArrayParam(
          this, "high", "largest value of the model's input; by default that of a white pixel");
  private final StringArrayParam zeroParams =
      new StringArrayParam(this, "zeroParams", "parameters that rules take as zero, such as bias");

  RuleParams(String uid) {
    super(uid);
    setDefault(target, new String[] {"max"});
    setDefault(attributor, "gradient");
    setDefault(canonizer, new String[] {"auto"});
    setDefault(zeroParams, new String[0]);
  }

  /** The parameter of {@link #setTarget}. */
  public final StringArrayParam target() {
    return target;
  }

  /** See {@link #setTarget}. */
  public final String[] getTarget() {
    return $(target);
  }

  /**
   * Max (the largest output), top-K (a row for each of the K largest), all, or indices and names of
   * classes, a row for each.
   */
  public final Explainer setTarget(String... value) {
    return with(target, value);
  }

  /** The parameter of {@link #setAttributor}. */
  public final Param<String> attributor() {
    return attributor;
  }

  /** See {@link #setAttributor}. */
  public final String getAttributor() {
    return $(attributor);
  }

  /**
   * Gradient, smoothgrad, integrated_gradients, input_x_gradient, saliency, occlusion or gradcam.
   */
  public final Explainer setAttributor(String value) {
    return with(attributor, value);
  }

  /** The parameter of {@link #setLayer}. */
  public final Param<String> layer() {
    return layer;
  }

  /** See {@link #setLayer}. */
  public final String getLayer() {
    return $(layer);
  }

  /** The module that gradcam looks at. */
  public final Explainer setLayer(String value) {
    return with(layer, value);
  }

  /** The parameter of {@link #setNIter}. */
  public final IntParam nIter() {
    return nIter;
  }

  /** See {@link #setNIter}. */
  public final int getNIter() {
    return (Integer) $(nIter);
  }

  /** Steps of smoothgrad and integrated_gradients; 20 by default. */
  public final Explainer setNIter(int value) {
    return with(nIter, value);
  }

  /** The parameter of {@link #setNoiseLevel}. */
  public final DoubleParam noiseLevel() {
    return noiseLevel;
  }

  /** See {@link #setNoiseLevel}. */
  public final double getNoiseLevel() {
    return (Double) $(noiseLevel);
  }

  /** Of smoothgrad, as a share of the input's range; 0.1 by default. */
  public final Explainer setNoiseLevel(double value) {
    return with(noiseLevel, value);
  }

  /** The parameter of {@link #setWindow}. */
  public final IntArrayParam window() {
    return window;
  }

  /** See {@link #setWindow}. */
  public final int[] getWindow() {
    return $(window);
  }

  /** Of occlusion: pixels of the window, one or one for each side; 8 by default. */
  public final Explainer setWindow(int... value) {
    return with(window, value);
  }

  /** The parameter of {@link #setStride}. */
  public final IntArrayParam stride() {
    return stride;
  }

  /** See {@link #setStride}. */
  public final int[] getStride() {
    return $(stride);
  }

  /** Of occlusion: pixels between two windows, likewise; 8 by default. */
  public final Explainer setStride(int... value) {
    return with(stride, value);
  }

  /** The parameter of {@link #setComposite}. */
  public final Param<String> composite() {
    return composite;
  }

  /** See {@link #setComposite}. */
  public final String getComposite() {
    return $(composite);
  }

  /**
   * The composite of rules, or none; by default epsilon_gamma_box, for attributors other than
   * gradient none.
   */
  public final Explainer setComposite(String value) {
    return with(composite, value);
  }

  /** The parameter of {@link #setCanonizer}. */
  public final StringArrayParam canonizer() {
    return canonizer;
  }

  /** See {@link #setCanonizer}. */
  public final String[] getCanonizer() {
    return $(canonizer);
  }

  /** Canonizers; auto (the default) stands for what the architecture needs, none for none. */
  public final Explainer setCanonizer(String... value) {
    return with(canonizer, value);
  }

  /** The parameter of {@link #setEpsilon}. */
  public final DoubleParam epsilon() {
    return epsilon;
  }

  /** See {@link #setEpsilon}. */
  public final double getEpsilon() {
    return (Double) $(epsilon);
  }

  /** Of Epsilon; 1e-6 by default. */
  public final Explainer setEpsilon(double value) {
    return with(epsilon, value);
  }

  /** The parameter of {@link #setGamma}. */
  public final DoubleParam gamma() {
    return gamma;
  }

  /** See {@link #setGamma}. */
  public final double getGamma() {
    return (Double) $(gamma);
  }

  /** Of Gamma; 0.25 by default. */
  public final Explainer setGamma(double value) {
    return with(gamma, value);
  }

  /** The parameter of {@link #setStabilizer}. */
  public final DoubleParam stabilizer() {
    return stabilizer;
  }

  /** See {@link #setStabilizer}. */
  public final double getStabilizer() {
    return (Double) $(stabilizer);
  }

  /** Of all rules but Epsilon; 1e-6 by default. */
  public final Explainer setStabilizer(double value) {
    return with(stabilizer, value);
  }

  /** The parameter of {@link #setBetaSmooth}. */
  public final DoubleParam betaSmooth() {
    return betaSmooth;
  }

  /** See {@link #setBetaSmooth}. */
  public final double getBetaSmooth() {
    return (Double) $(betaSmooth);
  }

  /** Of beta_smooth's ReLU; 10 by default. */
  public final Explainer setBetaSmooth(double value) {
    return with(betaSmooth, value);
  }

  /** The parameter of {@link #setLow}. */
  public final DoubleArrayParam low() {
    return low;
  }

  /** See {@link #setLow}. */
  public final double[] getLow() {
    return $(low);
  }

  /** Least value of the model's input, for ZBox; by default that of a black pixel. */
  public final Explainer setLow(double... value) {
    return with(low, value);
  }

  /** The parameter of {@link #setHigh}. */
  public final DoubleArrayParam high() {
    return high;
  }

  /** See {@link #setHigh}. */
  public final double[] getHigh() {
    return $(high);
  }

  /** Largest value of the model's input; by default that of a white pixel. */
  public final Explainer setHigh(double... value) {
    return with(high, value);
  }

  /** The parameter of {@link #setZeroParams}. */
  public final StringArrayParam zeroParams() {
    return zeroParams;
  }

  /** See {@link #setZeroParams}. */
  public final String[] getZeroParams() {
    return $(zeroParams);
  }

  /** Parameters that rules take as zero, such as bias. */
  public final Explainer setZeroParams(String... value) {
    return with(zeroParams, value);
  }
}
