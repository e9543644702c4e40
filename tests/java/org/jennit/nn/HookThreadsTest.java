package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hooks and swaps while other threads run: no call sees another's gradients, and none dies. */
@Tag("lifetimes")
class HookThreadsTest {
  private static final int THREADS = 4;
  private final PointerScope scope = new PointerScope();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Sequential model =
      Numeric.drawn(new Sequential(new Linear(3, 3), new Linear(3, 3)), 1);
  private final Tensor input = Numeric.normal(1, 2, 3).requires_grad_(true);

  @AfterEach
  void close() {
    threads.shutdown();
    model.close();
    scope.close();
  }

  private void together(Callable<Void> work) throws Exception {
    List<Callable<Void>> works = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      works.add(work);
    }
    for (Future<Void> result : threads.invokeAll(works)) {
      result.get();
    }
  }

  @Test
  void everyPassOfOneGraphSeesItsOwnGradients() throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    ThreadLocal<Double> expected = new ThreadLocal<>();
    try (RemovableHandle handle =
        model
            .get_submodule("0")
            .register_full_backward_hook(
                (module, grad_input, grad_output) -> {
                  double ratio =
                      grad_output.length == 0
                          ? Double.NaN
                          : grad_output[0].select(0, 0).select(0, 0).item_double();
                  if (Math.abs(ratio - expected.get()) > 1e-9) {
                    wrong.incrementAndGet();
                  }
                  return null;
                })) {
      Tensor output = model.forward(input);
      Tensor ones = output.detach().mul(new Scalar(0.0)).add(new Scalar(1.0));
      double unit;
      Tensor weight = model.get_submodule("1").get_parameter("weight");
      unit = weight.sum(0).select(0, 0).item_double();
      AtomicInteger next = new AtomicInteger();
      together(
          () -> {
            double factor = 1 + next.incrementAndGet();
            expected.set(unit * factor);
            for (int i = 0; i < 300; i++) {
              try (PointerScope temporaries = new PointerScope()) {
                Autograd.grad(output, input, ones.mul(new Scalar(factor)), Autograd.RETAIN_GRAPH);
              }
            }
            return null;
          });
    }
    assertEquals(0, wrong.get());
  }

  @Test
  void hooksComeAndGoWhileOthersRun() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Future<?> changing =
        threads.submit(
            () -> {
              for (int i = 0; i < 2000; i++) {
                RemovableHandle forward =
                    model
                        .get_submodule("0")
                        .register_forward_hook((module, inputs, outputs) -> outputs[0].clone());
                RemovableHandle before = model.register_forward_pre_hook((module, inputs) -> null);
                forward.remove();
                before.remove();
                if (i % 100 == 0) {
                  System.gc();
                }
              }
              done.set(true);
            });
    double[] expected = Numeric.values(model.forward(input));
    while (!done.get()) {
      try (PointerScope temporaries = new PointerScope()) {
        Numeric.assertClose(expected, Numeric.values(model.forward(input)), 0, "a call");
      } catch (org.jennit.JennitException e) {
        // A hook that was removed and collected under the call says so.
        assertTrue(e.getMessage().contains("was removed and collected"), e.getMessage());
      }
    }
    changing.get();
    assertEquals(0, model.hooks().count());
    assertEquals(0, model.get_submodule("0").hooks().count());
  }

  /** The identity. */
  private static final class Same extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].clone();
    }
  }

  @Test
  void modulesAreSwappedWhileOthersRun() throws Exception {
    Sequential swapped = new Sequential(new Same(), new Same());
    AtomicBoolean done = new AtomicBoolean();
    Future<?> changing =
        threads.submit(
            () -> {
              for (int i = 0; i < 2000; i++) {
                swapped.replace_module("1", new Same());
                if (i % 100 == 0) {
                  System.gc();
                }
              }
              done.set(true);
            });
    double[] expected = Numeric.values(input);
    while (!done.get()) {
      try (PointerScope temporaries = new PointerScope()) {
        Numeric.assertClose(expected, Numeric.values(swapped.forward(input)), 0, "a call");
      } catch (org.jennit.JennitException e) {
        assertTrue(e.getMessage().contains("was removed and collected"), e.getMessage());
      }
    }
    changing.get();
    swapped.close();
  }
}
