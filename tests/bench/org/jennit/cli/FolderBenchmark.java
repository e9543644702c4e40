package org.jennit.cli;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Gradient;
import org.jennit.bench.models.Pair;
import org.jennit.bench.models.Threads;
import org.jennit.canonizers.Canonizers;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.models.Models;
import org.jennit.nn.Module;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import picocli.CommandLine;

/**
 * {@code jennit attribute} of a folder of photographs with ResNet18 under EpsilonPlus, from files
 * to heatmaps, over the attributions alone. The start of the process is not in it.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class FolderBenchmark {
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final int SHAPES = 60;

  @Param("200")
  public int photographs;

  private Path folder;
  private Module network;
  private Tensor image;
  private Gradient ruled;

  @Setup(Level.Trial)
  public void make() throws IOException {
    Threads.set();
    folder = Files.createTempDirectory("jennit-folder");
    Files.createDirectory(folder.resolve("in"));
    for (int i = 0; i < photographs; i++) {
      ImageIO.write(photograph(i), "jpg", folder.resolve("in/" + i + ".jpg").toFile());
    }
    torch.manual_seed(0);
    network = Models.of("resnet18");
    network.eval();
    network.requires_grad_(false);
    image = torch.randn(1, 3, 224, 224);
    ruled =
        new Gradient(
                network,
                new EpsilonPlus(new CompositeOptions().canonizers(Canonizers.of("resnet18"))))
            .target(0)
            .open();
  }

  /** Shapes in many colours: about as many bytes as a photograph. */
  private static BufferedImage photograph(int seed) {
    Random random = new Random(seed);
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    for (int i = 0; i < SHAPES; i++) {
      int x = random.nextInt(WIDTH);
      int y = random.nextInt(HEIGHT);
      graphics.setPaint(
          new GradientPaint(
              x, y, new Color(random.nextInt(1 << 24)), y, x, new Color(random.nextInt(1 << 24))));
      graphics.fillOval(
          x - WIDTH / 4, y - HEIGHT / 4, random.nextInt(WIDTH), random.nextInt(HEIGHT));
    }
    graphics.dispose();
    return picture;
  }

  @TearDown(Level.Trial)
  public void clear() throws IOException {
    ruled.close();
    network.close();
    image.close();
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public void pair(Pair pair) throws IOException {
    pair.time(this::attributions, this::command);
    delete(folder.resolve("out"));
  }

  private void attributions() {
    for (int i = 0; i < photographs; i++) {
      ruled.apply(image).close();
    }
  }

  private void command() {
    CommandLine jennit = Main.commandLine();
    jennit.setOut(new PrintWriter(Writer.nullWriter()));
    List<String> arguments =
        List.of(
            "attribute",
            folder.resolve("in").toString(),
            "--model=resnet18",
            "--random-weights",
            "--composite=epsilon_plus",
            "--output=" + folder.resolve("out"));
    int exit = jennit.execute(arguments.toArray(String[]::new));
    if (exit != ExitCode.DONE) {
      throw new IllegalStateException("jennit attribute ended with " + exit);
    }
  }
}
