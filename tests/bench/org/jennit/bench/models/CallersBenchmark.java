package org.jennit.bench.models;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.Tensor;
import org.jennit.attribution.Gradient;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Several threads that share one hooked model, each explaining one image with one thread of
 * LibTorch, over as many that take gradients.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class CallersBenchmark {
  @Param({"1", "2", "4", "8"})
  public int callers;

  private ExecutorService executor;
  private Gradient plain;
  private Gradient hooked;
  private Tensor image;

  @Setup(Level.Trial)
  public void start(ModelState state) {
    executor = Executors.newFixedThreadPool(callers);
    image = state.input.narrow(0, 0, 1);
    plain = new Gradient(state.network);
    hooked = new Gradient(state.network, Explanations.composite("EpsilonPlus", state.model));
  }

  @TearDown(Level.Trial)
  public void stop() {
    executor.shutdown();
  }

  @Benchmark
  public void pair(Pair pair) {
    pair.time(() -> all(plain), () -> all(hooked));
  }

  private void all(Gradient attributor) {
    // Open for all: the model is registered once, not by each caller.
    try (Gradient open = attributor.open()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        running.add(
            executor.submit(
                () -> {
                  Threads.set(1);
                  open.apply(image, 0).close();
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
