package org.jennit.spark;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;
import org.jennit.canonizers.Canonizers;
import org.jennit.composites.Composites;
import org.jennit.explain.AttributorFactory;
import org.jennit.explain.AttributorName;
import org.jennit.explain.AttributorSettings;
import org.jennit.explain.Compute;
import org.jennit.explain.ComputeSettings;
import org.jennit.explain.ComputeSettings.Precision;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.Labels;
import org.jennit.explain.ModelLoader;
import org.jennit.explain.PictureSettings;
import org.jennit.explain.PictureSettings.RelevanceNorm;
import org.jennit.explain.PreprocessingSettings;
import org.jennit.explain.RuleSettings;
import org.jennit.explain.SettingException;
import org.jennit.explain.TargetChoice;
import org.jennit.image.transform.Interpolation;

/** From the parameters of an explainer to what its tasks are told. */
final class PlanMaker {
  private final Explainer params;

  PlanMaker(Explainer params) {
    this.params = params;
  }

  /**
   * Refuses what is wrong whatever the model. Reads no file and loads no native code.
   *
   * @throws IllegalArgumentException naming the parameter
   */
  void check() {
    String model = params.given(params.model());
    require(model != null, params.model(), "must be set: an architecture, or a file");
    boolean named = ModelLoader.names().contains(model);
    require(
        !named || model.equals("digits") || params.getRandomWeights() || weights() != null,
        params.model(),
        model + " comes without weights: set weights, or randomWeights to just try it");
    require(
        named || weights() == null,
        params.weights(),
        "the model " + model + " is a file, which holds its own: leave weights unset");
    requireName(params.composite(), params.given(params.composite()), Composites.all().keySet());
    for (String name : params.getCanonizer()) {
      if (!name.equals(RuleSettings.AUTO)) {
        requireName(params.canonizer(), name, Canonizers.names());
      }
    }
    require(params.getBatchSize() >= 1, params.batchSize(), "must be at least 1");
    Compute.requireDevice(params.getDevice());
    require(
        attributor().attributor() == AttributorName.gradcam || params.given(params.layer()) == null,
        params.layer(),
        "means nothing but for gradcam");
    if (params.given(params.labels()) == null) {
      TargetChoice.parse(List.of(params.getTarget()), Labels.of(model));
    }
    new AttributorFactory(attributor());
    new HeatmapPainter(picture());
    compute();
    preprocessing();
    format();
  }

  private String weights() {
    return params.given(params.weights());
  }

  private static void requireName(Param<?> param, String name, java.util.Collection<String> names) {
    require(
        name == null || name.equals(RuleSettings.NONE) || names.contains(name),
        param,
        "there is no " + param.name() + " '" + name + "'; there are " + String.join(", ", names));
  }

  private static void require(boolean condition, Param<?> param, String reason) {
    if (!condition) {
      throw new SettingException(param.name(), reason);
    }
  }

  /** Gives the model's files to the tasks, and says all they need. */
  Plan plan(SparkSession spark) {
    return new Plan(
        model(new ShippedFiles(spark.sparkContext())),
        compute(),
        preprocessing(),
        rules(),
        attributor(),
        picture(),
        List.of(params.getTarget()),
        format(),
        params.getBatchSize());
  }

  private ModelSource model(ShippedFiles files) {
    String model = params.getModel();
    boolean shipped = !ModelLoader.names().contains(model);
    String labels = params.given(params.labels());
    return new ModelSource(
        shipped ? files.ship(model) : model,
        shipped,
        weights() == null ? null : files.ship(weights()),
        List.of(params.getWeightsKey()),
        List.of(params.getStripPrefix()),
        params.getRandomWeights(),
        (Long) params.given(params.numClasses()),
        params.getFunctionalOps(),
        labels == null ? null : files.lines(labels),
        labels);
  }

  private ComputeSettings compute() {
    return new ComputeSettings(
        params.getDevice(), one(Precision.class, params.dtype()), params.getSeed());
  }

  private PreprocessingSettings preprocessing() {
    return new PreprocessingSettings(
        (Integer) params.given(params.size()),
        (Integer) params.given(params.crop()),
        one(Interpolation.class, params.interpolation()),
        doubles(params.mean()),
        doubles(params.std()),
        params.getGrey());
  }

  private RuleSettings rules() {
    return new RuleSettings(
        params.given(params.composite()),
        List.of(params.getCanonizer()),
        (Double) params.given(params.epsilon()),
        (Double) params.given(params.gamma()),
        (Double) params.given(params.stabilizer()),
        (Double) params.given(params.betaSmooth()),
        doubles(params.low()),
        doubles(params.high()),
        List.of(params.getZeroParams()));
  }

  private AttributorSettings attributor() {
    return new AttributorSettings(
        one(AttributorName.class, params.attributor()),
        Stream.ofNullable(params.given(params.layer())).toList(),
        (Integer) params.given(params.nIter()),
        (Double) params.given(params.noiseLevel()),
        longs(params.window()),
        longs(params.stride()));
  }

  private PictureSettings picture() {
    return new PictureSettings(
        params.given(params.cmap()),
        params.getLevel(),
        one(RelevanceNorm.class, params.relevanceNorm()),
        (Double) params.given(params.overlay()));
  }

  private HeatmapFormat format() {
    return one(HeatmapFormat.class, params.heatmapFormat());
  }

  private <E extends Enum<E>> E one(Class<E> type, Param<String> param) {
    String name = params.given(param);
    if (name == null) {
      return null;
    }
    List<E> values = List.of(type.getEnumConstants());
    return values.stream()
        .filter(value -> value.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SettingException(
                    param.name(),
                    "there is no '"
                        + name
                        + "'; there are "
                        + String.join(", ", values.stream().map(Enum::name).toList())));
  }

  private List<Double> doubles(Param<double[]> param) {
    double[] values = params.given(param);
    return values == null ? null : Arrays.stream(values).boxed().toList();
  }

  private List<Long> longs(Param<int[]> param) {
    int[] values = params.given(param);
    return values == null ? null : Arrays.stream(values).mapToObj(Long::valueOf).toList();
  }
}
