package org.jennit.bench.models;

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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The same images, one by one under EpsilonPlus, by two callers with one thread each. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class TwoCallersBenchmark {
  private static final int IMAGES_EACH = 4;

  private ExecutorService callers;
  private Gradient ruled;
  private Tensor image;

  @Setup(Level.Trial)
  public void start(ModelState state) {
    callers = Executors.newFixedThreadPool(2);
    image = state.input.narrow(0, 0, 1);
    ruled =
        new Gradient(state.network, Explanations.composite("EpsilonPlus", state.model))
            .target(0)
            .open();
  }

  @TearDown(Level.Trial)
  public void stop() {
    callers.shutdown();
    ruled.close();
  }

  /** Over one caller with two threads, which explains as many. */
  @Benchmark
  public void pair(Pair pair) {
    pair.time(() -> explain(2, 2 * IMAGES_EACH), this::both);
  }

  /**
   * Over one caller with one thread, which explains half as many: 1 where neither slows the other.
   */
  @Benchmark
  public void beside(Pair pair) {
    pair.time(() -> explain(1, IMAGES_EACH), this::both);
  }

  private void explain(int threads, int images) {
    Threads.set(threads);
    for (int i = 0; i < images; i++) {
      ruled.apply(image).close();
    }
  }

  private void both() {
    try {
      Future<?> one = callers.submit(() -> explain(1, IMAGES_EACH));
      Future<?> other = callers.submit(() -> explain(1, IMAGES_EACH));
      one.get();
      other.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
