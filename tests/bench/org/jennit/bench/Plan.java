package org.jennit.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jennit.bench.Settings.Size;
import org.jennit.bench.layers.FrozenNormsBenchmark;
import org.jennit.bench.layers.LayerShape;
import org.jennit.bench.layers.ProductBenchmark;
import org.jennit.bench.layers.RecurrentBenchmark;
import org.jennit.bench.layers.RuleBenchmark;
import org.jennit.bench.models.CallersBenchmark;
import org.jennit.bench.models.Explanations;
import org.jennit.bench.models.MemoryBenchmark;
import org.jennit.bench.models.MemoryOrderBenchmark;
import org.jennit.bench.models.ModelState;
import org.jennit.bench.models.RatioBenchmark;
import org.jennit.bench.models.RegistrationBenchmark;
import org.jennit.bench.models.RoundedProductsBenchmark;
import org.jennit.bench.models.SmallNetworkBenchmark;
import org.jennit.bench.models.TargetsBenchmark;
import org.jennit.bench.models.TwoCallersBenchmark;
import org.jennit.bench.overhead.CrossingBenchmark;
import org.jennit.bench.overhead.ImageBenchmark;
import org.jennit.bench.overhead.TreeBenchmark;
import org.jennit.bench.overhead.WeightsBenchmark;
import org.jennit.cli.FolderBenchmark;
import org.jennit.core.Float32Precision;

/** Which benchmarks run with which parameters. */
final class Plan {
  static final String TABLE = "table";
  static final String MEMORY = "memory";
  static final String PRODUCT = "product";
  static final String TREE = "tree";
  static final String RECURRENT = "recurrent";
  static final String SMALL = "small";
  static final String NORMS = "norms";
  static final String TWO_CALLERS = "two_callers";
  static final String FOLDER = "folder";
  static final String ROUNDED = "rounded";
  static final String ROUNDED_ATTENTION = "rounded_attention";
  static final String TRANSFORMERS = "transformers";
  static final String TRANSFORMERS_OF_TEXT = "transformers_of_text";
  static final String TRANSFORMERS_MEMORY = "transformers_memory";

  /** Not a section of JMH: see {@link ConvolutionShare}. */
  static final String PROFILE = "profile";

  /** Likewise: see {@link SparkThroughput}. */
  static final String SPARK = "spark";

  private static final List<String> ROUNDED_EXPLANATIONS =
      List.of(
          Explanations.GRADIENT,
          "EpsilonPlus",
          "EpsilonPlusFlat",
          "EpsilonGammaBox",
          "EpsilonAlpha2Beta1",
          "EpsilonAlpha2Beta1Flat",
          "GuidedBackprop",
          "DeconvNet",
          "ExcitationBackprop");

  private static final String CROSSINGS = "crossings";
  private static final Set<String> SHORT =
      Set.of(TABLE, MEMORY, PRODUCT, TREE, RECURRENT, CROSSINGS, SMALL, NORMS, TWO_CALLERS, FOLDER);

  private final Settings settings;
  private final boolean smoke;
  private final boolean full;

  Plan(Settings settings) {
    this.settings = settings;
    smoke = settings.size() == Size.SMOKE;
    full = settings.size() == Size.FULL;
  }

  /** Whether the part of this name is wanted. */
  boolean includes(String name) {
    return settings.sections().isEmpty()
        ? settings.size() != Size.SHORT || SHORT.contains(name)
        : settings.sections().contains(name);
  }

  /**
   * @throws IllegalArgumentException for a wanted section that is not there
   */
  List<Section> sections() {
    List<Section> all = new ArrayList<>(List.of(table(), memory(), product()));
    all.addAll(growth());
    all.add(section("rules", RuleBenchmark.class, rules()));
    all.add(section(RECURRENT, RecurrentBenchmark.class, recurrent()));
    all.add(section(SMALL, SmallNetworkBenchmark.class, Map.of()));
    all.add(section(NORMS, FrozenNormsBenchmark.class, Map.of()));
    all.add(section(TWO_CALLERS, TwoCallersBenchmark.class, Map.of("model", List.of("resnet50"))));
    all.add(
        section(FOLDER, FolderBenchmark.class, Map.of("photographs", numbers(smoke ? 2 : 200))));
    all.add(order());
    all.addAll(rounded());
    all.add(transformers());
    all.add(transformersOfText());
    all.add(transformerMemory());
    all.add(
        section(
            "registration",
            RegistrationBenchmark.class,
            Map.of("model", Settings.models(), "explanation", List.of("EpsilonPlus"))));
    all.add(means(TREE, TreeBenchmark.class, Map.of()));
    all.add(means(CROSSINGS, CrossingBenchmark.class, Map.of()));
    all.add(section("weights", WeightsBenchmark.class, Map.of("model", List.of("resnet50"))));
    all.add(means("images", ImageBenchmark.class, Map.of()));
    List<String> names = new ArrayList<>(all.stream().map(Section::name).toList());
    names.addAll(List.of(ROUNDED, ROUNDED_ATTENTION));
    names.add(PROFILE);
    names.add(SPARK);
    settings.sections().stream()
        .filter(name -> !names.contains(name))
        .forEach(
            name -> {
              throw new IllegalArgumentException(
                  "-Dbench.sections names '" + name + "', but there are " + names);
            });
    return all.stream().filter(section -> includes(section.name())).toList();
  }

  private Section table() {
    return section(
        TABLE,
        RatioBenchmark.class,
        Map.of(
            "model", Settings.models(),
            "explanation", Goals.EXPLANATIONS,
            "images", numbers(settings.images()),
            "resolution", numbers(settings.resolution())));
  }

  private Section memory() {
    List<String> explanations = new ArrayList<>(List.of(Explanations.GRADIENT));
    explanations.addAll(full ? Goals.EXPLANATIONS : List.of("EpsilonPlus", "EpsilonGammaBox"));
    return new Section(
        MEMORY,
        MemoryBenchmark.class,
        Map.of(
            "model", Settings.models(),
            "explanation", explanations,
            "images", numbers(settings.images()),
            "resolution", numbers(settings.resolution())),
        0,
        1);
  }

  private Section transformers() {
    return section(TRANSFORMERS, RatioBenchmark.class, transformer(Goals.TRANSFORMER_EXPLANATIONS));
  }

  private Section order() {
    return section(
        "order",
        MemoryOrderBenchmark.class,
        Map.of(
            "model", Settings.models(),
            "explanation", List.of(Explanations.GRADIENT, "EpsilonPlus", "EpsilonGammaBox"),
            "images", smoke ? numbers(1) : numbers(1, 4),
            "resolution", numbers(settings.resolution())));
  }

  /** None where the processor has no such products. */
  private List<Section> rounded() {
    if (!Float32Precision.has_bf16_products()) {
      return List.of();
    }
    List<String> models = new ArrayList<>(List.of(ModelState.DIGITS));
    models.addAll(Settings.models());
    return List.of(
        section(
            ROUNDED,
            RoundedProductsBenchmark.class,
            Map.of(
                "model",
                models,
                "explanation",
                ROUNDED_EXPLANATIONS,
                "images",
                numbers(settings.images()),
                "resolution",
                numbers(settings.resolution()))),
        section(
            ROUNDED_ATTENTION,
            RoundedProductsBenchmark.class,
            transformer(Goals.TRANSFORMER_EXPLANATIONS)));
  }

  private Section transformersOfText() {
    return section(
        TRANSFORMERS_OF_TEXT,
        RatioBenchmark.class,
        Map.of(
            "model", List.of(ModelState.GPT2),
            "explanation", Goals.TRANSFORMER_EXPLANATIONS,
            "images", numbers(1),
            "resolution", numbers(smoke ? 8 : 128)));
  }

  private Section transformerMemory() {
    List<String> explanations = new ArrayList<>(List.of(Explanations.GRADIENT));
    explanations.addAll(Goals.TRANSFORMER_EXPLANATIONS);
    return new Section(TRANSFORMERS_MEMORY, MemoryBenchmark.class, transformer(explanations), 0, 1);
  }

  private Map<String, List<String>> transformer(List<String> explanations) {
    return Map.of(
        "model", List.of("vit_b_16"),
        "explanation", explanations,
        "images", numbers(smoke ? 1 : 4),
        "resolution", numbers(224));
  }

  private Section product() {
    return section(PRODUCT, ProductBenchmark.class, Map.of("size", numbers(smoke ? 256 : 4096)));
  }

  /** How the cost grows with one thing at a time. */
  private List<Section> growth() {
    List<String> explanations = List.of("EpsilonPlus", "EpsilonGammaBox");
    List<String> resolution = numbers(settings.resolution());
    return List.of(
        section(
            "batch",
            RatioBenchmark.class,
            Map.of(
                "model",
                Settings.models(),
                "explanation",
                List.of("EpsilonPlus"),
                "images",
                smoke ? numbers(1, 2) : numbers(1, 2, 4, 8, 16, 32, 64),
                "resolution",
                resolution)),
        section(
            "depth",
            RatioBenchmark.class,
            Map.of(
                "model",
                smoke ? List.of("vgg11") : List.of("vgg11", "vgg13", "vgg16", "vgg19"),
                "explanation",
                explanations,
                "images",
                numbers(settings.images()),
                "resolution",
                resolution)),
        section(
            "resolution",
            RatioBenchmark.class,
            Map.of(
                "model", Settings.models(),
                "explanation", List.of("EpsilonPlus"),
                "images", numbers(1),
                "resolution", smoke ? numbers(32, 64) : numbers(64, 128, 224, 320, 448))),
        section(
            "targets",
            TargetsBenchmark.class,
            Map.of(
                "model",
                Settings.models(),
                "images",
                numbers(1),
                "resolution",
                resolution,
                "targets",
                smoke ? numbers(1, 2) : numbers(1, 2, 5, 10, 20))),
        section(
            "callers",
            CallersBenchmark.class,
            Map.of(
                "model",
                Settings.models(),
                "images",
                numbers(1),
                "resolution",
                resolution,
                "callers",
                smoke ? numbers(1, 2) : numbers(1, 2, 4, 8))));
  }

  private Map<String, List<String>> rules() {
    return smoke
        ? Map.of(
            "shape",
            List.of(LayerShape.CONV1_1024_256_AT_14.name(), LayerShape.LINEAR_4096_1000.name()))
        : Map.of("images", numbers(settings.images()));
  }

  private Map<String, List<String>> recurrent() {
    List<String> layers = List.of("LSTM", "GRU", "RNN");
    return smoke
        ? Map.of("layer", layers, "steps", numbers(8))
        : Map.of("layer", layers, "hidden", full ? numbers(32, 128, 512) : numbers(128));
  }

  private Section section(String name, Class<?> benchmark, Map<String, List<String>> params) {
    return new Section(name, benchmark, params, settings.warmups(), settings.repetitions());
  }

  /** Mean times need a virtual machine that has compiled what it runs. */
  private Section means(String name, Class<?> benchmark, Map<String, List<String>> params) {
    return smoke
        ? section(name, benchmark, params)
        : new Section(name, benchmark, params, 4, 2 + settings.repetitions());
  }

  private static List<String> numbers(int... values) {
    return Arrays.stream(values).mapToObj(Integer::toString).toList();
  }
}
