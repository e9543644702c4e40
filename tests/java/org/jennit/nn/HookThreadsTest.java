package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Call;
import org.jennit.core.Hook;
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

  /** Calls while another thread changes: the answer is always the same, or a sentence. */
  private void unmoved(Supplier<Tensor> call, Runnable change) throws Exception {
    double[] expected = Numeric.values(call.get());
    AtomicBoolean done = new AtomicBoolean();
    Future<?> changing =
        threads.submit(
            () -> {
              try {
                for (int i = 0; i < 2000; i++) {
                  change.run();
                  if (i % 100 == 0) {
                    System.gc();
                  }
                }
              } finally {
                done.set(true);
              }
            });
    while (!done.get()) {
      try (PointerScope temporaries = new PointerScope()) {
        Numeric.assertClose(expected, Numeric.values(call.get()), 0, "a call");
      } catch (JennitException e) {
        // What was removed and collected under the call says so.
        assertTrue(e.getMessage().contains("was removed and collected"), e.getMessage());
      }
    }
    changing.get();
  }

  @Test
  void hooksComeAndGoWhileOthersRun() throws Exception {
    unmoved(
        () -> model.forward(input),
        () -> {
          RemovableHandle forward =
              model
                  .get_submodule("0")
                  .register_forward_hook((module, inputs, outputs) -> outputs[0].clone());
          RemovableHandle before = model.register_forward_pre_hook((module, inputs) -> null);
          forward.remove();
          before.remove();
        });
    assertEquals(0, model.hooks().count());
    assertEquals(0, model.get_submodule("0").hooks().count());
  }

  /** Hands on what comes from above, as the identity's own gradient is. */
  private static final class Handing extends Hook {
    @Override
    protected Tensor[] backward(Call call, Tensor[] grad_output) {
      return new Tensor[] {grad_output[0]};
    }
  }

  @Test
  void rulesBackwardHooksAndForwardsComeAndGoWhileOthersRunAndDifferentiate() throws Exception {
    try (Sequential same = new Sequential(new Same(), new Same())) {
      Module first = same.get_submodule("0");
      Tensor upper = Numeric.normal(2, 2, 3);
      unmoved(
          () -> Autograd.grad(same.forward(input), input, upper),
          () -> {
            RemovableHandle rule = new Handing().register(first);
            RemovableHandle backward =
                first.register_full_backward_hook((module, grad_inputs, grad_outputs) -> null);
            RemovableHandle above =
                same.register_full_backward_hook((module, grad_inputs, grad_outputs) -> null);
            first.override_forward(inputs -> inputs[0].clone());
            above.remove();
            rule.remove();
            first.override_forward(null);
            backward.remove();
          });
      assertEquals(0, same.hooks().count());
      assertEquals(0, first.hooks().count());
      assertFalse(first.is_overridden());
    }
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
    try (Sequential swapped = new Sequential(new Same(), new Same())) {
      unmoved(() -> swapped.forward(input), () -> swapped.replace_module("1", new Same()));
    }
  }
}
