package org.jennit.attribution;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Composite;
import org.jennit.core.Numeric;
import org.jennit.core.RepeatedWork;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Embedding;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.DynamicTest;

/**
 * A model of pictures and one of words, what is given to them, and the attributors whose work must
 * leave the first as it was and nothing native behind.
 */
final class WatchedModels implements AutoCloseable {
  private static final int RUNS = 25;

  final Moody moody = new Moody();
  final Sequential model =
      Numeric.drawn(
          new Sequential(
              new Conv2d(2, 3, 2),
              new BatchNorm2d(3),
              new ReLU(),
              moody,
              new Flatten(),
              new Linear(12, 4)),
          1);
  final Tensor input = Numeric.normal(2, 2, 2, 3, 3);
  final Sequential words =
      Numeric.drawn(new Sequential(new Embedding(7, 3), new Flatten(), new Linear(6, 4)), 4);
  final Tensor ids = Tensor.create(new long[] {1, 6, 3, 3}, 2, 2);

  WatchedModels() {
    model.eval();
  }

  /** Throws at the call that it is told to; otherwise the identity. */
  static final class Moody extends Module {
    private final AtomicInteger untilFailure = new AtomicInteger(Integer.MAX_VALUE);

    void throwAt(int call) {
      untilFailure.set(call);
    }

    void calmDown() {
      untilFailure.set(Integer.MAX_VALUE);
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor half = inputs[0].mul(new Scalar(0.5));
      if (untilFailure.decrementAndGet() == 0) {
        throw new IllegalStateException("on purpose");
      }
      return half.add(half);
    }
  }

  static Composite composite() {
    return new EpsilonPlus(
        new CompositeOptions()
            .canonizers(new SequentialMergeBatchNorm(), new SoftplusCanonizer(5)));
  }

  List<Attributor<?>> attributors(Composite composite) {
    return List.of(
        new Gradient(model, composite),
        new InputXGradient(model, composite),
        new Saliency(model, composite),
        new SmoothGrad(model, composite).n_iter(3),
        new IntegratedGradients(model, composite).n_iter(3),
        new GradCAM(model, composite, "2"),
        new GradCAM(model, composite, "2").upsample(true),
        new Occlusion(model, composite).window(2).stride(2));
  }

  Stream<DynamicTest> checks(Map<String, RepeatedWork> works) {
    return works.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue())));
  }

  private void check(RepeatedWork work) throws InterruptedException {
    TreeState before = TreeState.of(model);
    work.body().run();
    before.assertSameAs(TreeState.of(model));
    work.assertNothingLeft(RUNS);
    before.assertSameAs(TreeState.of(model));
  }

  @Override
  public void close() {
    model.close();
    input.close();
    words.close();
    ids.close();
  }
}
