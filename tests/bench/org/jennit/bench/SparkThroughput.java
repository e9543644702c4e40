package org.jennit.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Images for each second of the command line and of Spark within one process, on the same cores.
 * Start-up cancels out: each is run with few and with many images.
 */
final class SparkThroughput {
  private static final int SIDE = 256;

  private final Settings settings;
  private final Path folder;
  private int runs;

  SparkThroughput(Settings settings) {
    this.settings = settings;
    folder = settings.directory().resolve("spark");
  }

  /** For a small and a large network: images for each second, and the ratio, Spark's above. */
  ObjectNode measure() throws IOException {
    boolean smoke = settings.size() == Settings.Size.SMOKE;
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.set("digits", measure(List.of("-m", "digits"), smoke ? 20 : 2000));
    result.set(
        "resnet50",
        measure(
            List.of("-m", "resnet50", "--random-weights", "-c", "epsilon_plus"), smoke ? 4 : 100));
    return result;
  }

  private ObjectNode measure(List<String> options, int count) throws IOException {
    Path few = pictures(count / 2);
    Path many = pictures(count + count / 2);
    String threads = Integer.toString(settings.threads());
    List<String> alone = new ArrayList<>(List.of("attribute", "--threads", threads));
    List<String> spark =
        new ArrayList<>(
            List.of(
                "spark",
                "attribute",
                "--master",
                "local[" + threads + "]",
                "--images-per-task",
                Integer.toString(Math.max(1, count / 20))));
    alone.addAll(options);
    spark.addAll(options);
    double[] rates = new double[2];
    for (int round = 0; round < settings.repetitions(); round++) {
      rates[0] = Math.max(rates[0], count / (seconds(alone, many) - seconds(alone, few)));
      rates[1] = Math.max(rates[1], count / (seconds(spark, many) - seconds(spark, few)));
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("command_line", rates[0])
        .put("spark", rates[1])
        .put("ratio", rates[1] / rates[0]);
  }

  private double seconds(List<String> arguments, Path pictures) throws IOException {
    Path output = folder.resolve("output" + runs++);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Dspark.ui.enabled=false",
            "-classpath",
            System.getProperty("java.class.path"),
            "org.jennit.cli.Main"));
    command.addAll(arguments);
    command.addAll(List.of(pictures.toString(), "-o", output.toString()));
    long start = System.nanoTime();
    Processes.run(new ProcessBuilder(command), folder.resolve("log"));
    double seconds = (System.nanoTime() - start) / 1e9;
    delete(output);
    return seconds;
  }

  private static void delete(Path output) throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path pictures(int count) throws IOException {
    Path made = Files.createDirectories(folder.resolve("pictures" + count));
    Random random = new Random(0);
    for (int i = 0; i < count; i++) {
      Path file = made.resolve(i + ".png");
      if (!Files.exists(file)) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            int green = (x ^ y) * (random.nextInt(3) + 1);
            image.setRGB(x, y, (green << 8) | (x << 16) | y);
          }
        }
        ImageIO.write(image, "png", file.toFile());
      }
    }
    return made;
  }
}
