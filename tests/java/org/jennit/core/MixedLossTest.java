package org.jennit.core;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Linear;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Gamma;
import org.jennit.rules.Pass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Losses that mix a relevance with ordinary outputs, however their graphs came about. */
@Tag("lifetimes")
class MixedLossTest {
  private final Sequential model =
      Numeric.drawn(new Sequential(new Linear(4, 5), new Softplus(2), new Linear(5, 3)), 3);
  private final Composite composite =
      new Composite(
          (context, name, module) ->
              switch (name) {
                case "0" -> new Gamma(0.3, new Stabilizer(0.3), List.of());
                case "1" -> new Pass();
                case "2" -> new Epsilon(0.3);
                default -> null;
              });
  private CompositeContext context;
  private final PointerScope scope = new PointerScope();
  private final Tensor x = Numeric.normal(1, 2, 4).requires_grad_(true);
  private final Tensor other = Numeric.normal(2, 3, 4).requires_grad_(true);
  private final Tensor upper = Numeric.normal(4, 2, 3);

  @BeforeEach
  void open() {
    context = composite.context(model);
  }

  @AfterEach
  void close() {
    context.close();
    model.close();
    scope.close();
  }

  private Tensor relevanceLoss(Tensor output) {
    return Numeric.weighted(Autograd.grad(output, x, upper, Autograd.CREATE_GRAPH).square(), 7);
  }

  private Tensor[] leaves() {
    List<Tensor> leaves = new java.util.ArrayList<>(List.of(x, other));
    leaves.addAll(model.named_parameters().values());
    return leaves.toArray(Tensor[]::new);
  }

  @Test
  void theOutputOfTheSameForward() {
    Numeric.assertDerivative(
        () -> {
          Tensor output = model.forward(x);
          return relevanceLoss(output).add(Numeric.weighted(output.square(), 8));
        },
        "same forward",
        leaves());
  }

  @Test
  void theOutputCountedBeforeTheRelevance() {
    Numeric.assertDerivative(
        () -> {
          Tensor output = model.forward(x);
          Tensor ordinary = Numeric.weighted(output.square(), 8);
          return ordinary.add(relevanceLoss(output));
        },
        "ordinary first",
        leaves());
  }

  @Test
  void aLaterForwardOfTheSameModel() {
    Numeric.assertDerivative(
        () -> {
          Tensor loss = relevanceLoss(model.forward(x));
          return loss.add(Numeric.weighted(model.forward(other).square(), 8));
        },
        "later forward",
        leaves());
  }

  @Test
  void aForwardMadeByAnotherThread() {
    try (Closing worker = new Closing()) {
      Numeric.assertDerivative(
          () -> {
            Tensor output =
                worker.call(
                    () -> {
                      // Nodes are numbered per thread: this one is far ahead of the caller.
                      Tensor ahead = x;
                      for (int i = 0; i < 500; i++) {
                        ahead = ahead.mul(new Scalar(1.0));
                      }
                      return model.forward(x);
                    });
            return relevanceLoss(output).add(Numeric.weighted(output.square(), 8));
          },
          "another thread",
          leaves());
    }
  }

  private static final class Closing implements AutoCloseable {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    Tensor call(java.util.concurrent.Callable<Tensor> work) {
      try {
        return executor.submit(work).get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
