package org.jennit.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jennit.bench.models.Explanations;
import org.jennit.bench.models.ProfiledRun;

/**
 * Where the time goes: oneDNN, which computes the convolutions, says how long each primitive takes.
 */
final class ConvolutionShare {
  private static final String RECORD = "onednn_verbose,v1,primitive,exec,";
  private static final int KIND = 5;

  private final Settings settings;

  ConvolutionShare(Settings settings) {
    this.settings = settings;
  }

  /** For each model and explanation: seconds, and the share of each kind of primitive in them. */
  ObjectNode measure() throws IOException {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    for (String model : Settings.models()) {
      ObjectNode node = result.putObject(model);
      for (String explanation :
          List.of(
              Explanations.GRADIENT, "EpsilonPlus", "EpsilonGammaBox", "EpsilonAlpha2Beta1Flat")) {
        node.set(explanation, shares(run(model, explanation)));
      }
    }
    return result;
  }

  private List<String> run(String model, String explanation) throws IOException {
    Path log =
        Files.createDirectories(settings.directory().resolve("profile"))
            .resolve(model + "-" + explanation + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-D" + Settings.THREADS + "=" + settings.threads(),
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-classpath",
            System.getProperty("java.class.path"),
            ProfiledRun.class.getName(),
            model,
            explanation,
            Integer.toString(settings.images()),
            Integer.toString(settings.resolution()));
    builder.environment().put("ONEDNN_VERBOSE", "1");
    Processes.run(builder, log);
    return Files.readAllLines(log);
  }

  private static ObjectNode shares(List<String> lines) {
    Map<String, Double> milliseconds = new TreeMap<>();
    boolean running = false;
    double seconds = 0;
    double linear = 0;
    for (String line : lines) {
      if (line.equals(ProfiledRun.BEGIN)) {
        running = true;
      } else if (line.startsWith(ProfiledRun.END)) {
        running = false;
        seconds = last(line);
      } else if (line.startsWith(ProfiledRun.LINEAR)) {
        linear = last(line);
      } else if (running && line.startsWith(RECORD)) {
        milliseconds.merge(line.split(",", -1)[KIND], last(line), Double::sum);
      }
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("seconds", seconds);
    ObjectNode shares = node.putObject("shares");
    for (Map.Entry<String, Double> kind : milliseconds.entrySet()) {
      shares.put(kind.getKey(), kind.getValue() / 1000 / seconds);
    }
    double primitives = milliseconds.values().stream().mapToDouble(Double::doubleValue).sum();
    shares.put("outside_onednn", 1 - primitives / 1000 / seconds);
    // A forward and a transposed product of each dense layer, timed alone: part of the line above.
    shares.put("linear_alone", linear / seconds);
    return node;
  }

  private static double last(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(',') + 1));
  }
}
