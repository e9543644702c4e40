package org.jennit.bench.overhead;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.bench.models.Threads;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Relevance to a PNG file, several pictures in a grid. */
@BenchmarkMode(Mode.AverageTime)
@State(Scope.Benchmark)
public class ImageBenchmark {
  @Param({"1", "16"})
  public int pictures;

  private Tensor relevance;
  private Path file;

  @Setup(Level.Trial)
  public void draw() throws IOException {
    Threads.set();
    relevance = torch.randn(pictures, 224, 224);
    file = Files.createTempFile("jennit", ".png");
  }

  @TearDown(Level.Trial)
  public void delete() throws IOException {
    relevance.close();
    Files.delete(file);
  }

  @Benchmark
  public Image imgify() {
    return image();
  }

  @Benchmark
  public void save() {
    image().save(file);
  }

  private Image image() {
    ImgifyOptions options = ImgifyOptions.defaults().withCmap("coldnhot").withSymmetric(true);
    return Image.imgify(relevance, pictures == 1 ? options : options.withGrid());
  }
}
