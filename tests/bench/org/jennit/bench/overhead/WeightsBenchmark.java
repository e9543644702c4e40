package org.jennit.bench.overhead;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jennit.bench.models.Threads;
import org.jennit.models.Models;
import org.jennit.nn.Module;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A model's weights to and from a safetensors file in the system's cache. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class WeightsBenchmark {
  @Param("resnet50")
  public String model;

  private Module network;
  private Path file;

  @Setup(Level.Trial)
  public void save() throws IOException {
    Threads.set();
    network = Models.of(model);
    file = Files.createTempFile("jennit", ".safetensors");
    write();
  }

  @TearDown(Level.Trial)
  public void delete() throws IOException {
    network.close();
    Files.delete(file);
  }

  @Benchmark
  public void write() throws IOException {
    SafeTensors.write(file, network.state_dict(), Map.of());
  }

  /** Maps the file: no value is read. */
  @Benchmark
  public void open() throws IOException {
    Weights.load(file).close();
  }

  /** Maps the file and copies it into the model. */
  @Benchmark
  public void load() throws IOException {
    try (StateDict weights = Weights.load(file)) {
      network.load_state_dict(weights);
    }
  }
}
