package org.jennit.spark;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** Which model an {@link Explainer} explains, and where it computes. */
public abstract sealed class ModelParams extends ColumnParams permits RuleParams {
  private final Param<String> model =
      new Param<>(
          this,
          "model",
          "an architecture (digits has its weights with it), or a file that holds a whole model, on any file system that Spark reads");
  private final Param<String> weights =
      new Param<>(
          this,
          "weights",
          "weights of an architecture, .safetensors, .pth or .pt, on any file system that Spark reads");
  private final StringArrayParam weightsKey =
      new StringArrayParam(
          this, "weightsKey", "the dicts in a nested checkpoint that hold the weights");
  private final StringArrayParam stripPrefix =
      new StringArrayParam(
          this, "stripPrefix", "taken from the names of the weights, such as 'module.'");
  private final BooleanParam randomWeights =
      new BooleanParam(this, "randomWeights", "go without weights: the heatmaps then mean nothing");
  private final LongParam numClasses =
      new LongParam(this, "numClasses", "outputs of an architecture; its own number by default");
  private final BooleanParam functionalOps =
      new BooleanParam(
          this,
          "functionalOps",
          "make functional operations of a TorchScript file modules that rules reach");
  private final Param<String> labels =
      new Param<>(
          this,
          "labels",
          "a file of the names of the classes, one a line; ImageNet's by default where there are 1000 outputs");
  private final Param<String> device =
      new Param<>(
          this,
          "device",
          "cpu, cuda:N, or cuda for the GPU that Spark gives to a task, the first where it gives none");
  private final Param<String> dtype = new Param<>(this, "dtype", "float32 or float64");
  private final LongParam seed =
      new LongParam(this, "seed", "of random weights and of SmoothGrad's noise");
  private final IntParam batchSize =
      new IntParam(
          this,
          "batchSize",
          "pictures that are explained at once; one by default, so that a picture's bits depend on nothing else");

  ModelParams(String uid) {
    super(uid);
    setDefault(weightsKey, new String[0]);
    setDefault(stripPrefix, new String[0]);
    setDefault(randomWeights, false);
    setDefault(functionalOps, false);
    setDefault(device, "cpu");
    setDefault(dtype, "float32");
    setDefault(seed, 0L);
    setDefault(batchSize, 1);
  }

  /** The parameter of {@link #setModel}. */
  public final Param<String> model() {
    return model;
  }

  /** See {@link #setModel}. */
  public final String getModel() {
    return $(model);
  }

  /**
   * An architecture (digits has its weights with it), or a file that holds a whole model, on any
   * file system that Spark reads.
   */
  public final Explainer setModel(String value) {
    return with(model, value);
  }

  /** The parameter of {@link #setWeights}. */
  public final Param<String> weights() {
    return weights;
  }

  /** See {@link #setWeights}. */
  public final String getWeights() {
    return $(weights);
  }

  /** Weights of an architecture, .safetensors, .pth or .pt, on any file system that Spark reads. */
  public final Explainer setWeights(String value) {
    return with(weights, value);
  }

  /** The parameter of {@link #setWeightsKey}. */
  public final StringArrayParam weightsKey() {
    return weightsKey;
  }

  /** See {@link #setWeightsKey}. */
  public final String[] getWeightsKey() {
    return $(weightsKey);
  }

  /** The dicts in a nested checkpoint that hold the weights. */
  public final Explainer setWeightsKey(String... value) {
    return with(weightsKey, value);
  }

  /** The parameter of {@link #setStripPrefix}. */
  public final StringArrayParam stripPrefix() {
    return stripPrefix;
  }

  /** See {@link #setStripPrefix}. */
  public final String[] getStripPrefix() {
    return $(stripPrefix);
  }

  /** Taken from the names of the weights, such as 'module.'. */
  public final Explainer setStripPrefix(String... value) {
    return with(stripPrefix, value);
  }

  /** The parameter of {@link #setRandomWeights}. */
  public final BooleanParam randomWeights() {
    return randomWeights;
  }

  /** See {@link #setRandomWeights}. */
  public final boolean getRandomWeights() {
    return (Boolean) $(randomWeights);
  }

  /** Go without weights: the heatmaps then mean nothing. */
  public final Explainer setRandomWeights(boolean value) {
    return with(randomWeights, value);
  }

  /** The parameter of {@link #setNumClasses}. */
  public final LongParam numClasses() {
    return numClasses;
  }

  /** See {@link #setNumClasses}. */
  public final long getNumClasses() {
    return (Long) $(numClasses);
  }

  /** Outputs of an architecture; its own number by default. */
  public final Explainer setNumClasses(long value) {
    return with(numClasses, value);
  }

  /** The parameter of {@link #setFunctionalOps}. */
  public final BooleanParam functionalOps() {
    return functionalOps;
  }

  /** See {@link #setFunctionalOps}. */
  public final boolean getFunctionalOps() {
    return (Boolean) $(functionalOps);
  }

  /** Make functional operations of a TorchScript file modules that rules reach. */
  public final Explainer setFunctionalOps(boolean value) {
    return with(functionalOps, value);
  }

  /** The parameter of {@link #setLabels}. */
  public final Param<String> labels() {
    return labels;
  }

  /** See {@link #setLabels}. */
  public final String getLabels() {
    return $(labels);
  }

  /**
   * A file of the names of the classes, one a line; ImageNet's by default where there are 1000
   * outputs.
   */
  public final Explainer setLabels(String value) {
    return with(labels, value);
  }

  /** The parameter of {@link #setDevice}. */
  public final Param<String> device() {
    return device;
  }

  /** See {@link #setDevice}. */
  public final String getDevice() {
    return $(device);
  }

  /** Cpu, cuda:N, or cuda for the GPU that Spark gives to a task, the first where it gives none. */
  public final Explainer setDevice(String value) {
    return with(device, value);
  }

  /** The parameter of {@link #setDtype}. */
  public final Param<String> dtype() {
    return dtype;
  }

  /** See {@link #setDtype}. */
  public final String getDtype() {
    return $(dtype);
  }

  /** Float32 or float64. */
  public final Explainer setDtype(String value) {
    return with(dtype, value);
  }

  /** The parameter of {@link #setSeed}. */
  public final LongParam seed() {
    return seed;
  }

  /** See {@link #setSeed}. */
  public final long getSeed() {
    return (Long) $(seed);
  }

  /** Of random weights and of SmoothGrad's noise. */
  public final Explainer setSeed(long value) {
    return with(seed, value);
  }

  /** The parameter of {@link #setBatchSize}. */
  public final IntParam batchSize() {
    return batchSize;
  }

  /** See {@link #setBatchSize}. */
  public final int getBatchSize() {
    return (Integer) $(batchSize);
  }

  /**
   * Pictures that are explained at once; one by default, so that a picture's bits depend on nothing
   * else.
   */
  public final Explainer setBatchSize(int value) {
    return with(batchSize, value);
  }
}
