package org.jennit.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures, prints the table of ratios and writes {@code ratios.json}. See {@link Settings} for the
 * properties; JMH's own results and logs lie beside it.
 */
public final class Bench {
  private Bench() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.fromProperties();
    Plan plan = new Plan(settings);
    ObjectNode machine = Machine.describe();
    List<Measurement> measurements = new ArrayList<>();
    for (Section section : plan.sections()) {
      measurements.addAll(section.run(settings));
    }
    ObjectNode ratios = new Ratios(measurements).toJson();
    if (plan.includes(Plan.PROFILE)) {
      ratios.set("convolution_share", new ConvolutionShare(settings).measure());
    }
    if (plan.includes(Plan.SPARK)) {
      ratios.set("spark", new SparkThroughput(settings).measure());
    }
    if (settings.python().isPresent()) {
      ratios.set("peers", new Peers(settings).measure(settings.python().get()));
    }
    ratios.set("machine", machine);
    ratios.set("settings", describe(settings));
    Files.createDirectories(settings.directory());
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(settings.directory().resolve("ratios.json").toFile(), ratios);
    new RatioTable(ratios, System.out).print(measurements);
  }

  private static ObjectNode describe(Settings settings) {
    return new ObjectMapper()
        .createObjectNode()
        .put("size", settings.size().label)
        .put("threads", settings.threads())
        .put("images", settings.images())
        .put("resolution", settings.resolution())
        .put("repetitions", settings.repetitions())
        .put("warmups", settings.warmups());
  }
}
