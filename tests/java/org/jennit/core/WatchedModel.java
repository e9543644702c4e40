package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Conv1d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.DynamicTest;

/** A model, its input and the relevance of its output, and that work with them leaves nothing. */
final class WatchedModel implements AutoCloseable {
  private static final int RUNS = 20;

  final Sequential model =
      Numeric.drawn(
          new Sequential(
              new Conv1d(2, 3, 2), new BatchNorm1d(3), new ReLU(), new Flatten(), new Linear(9, 2)),
          1);
  final Tensor input = Numeric.normal(1, 2, 2, 4).requires_grad_(true);
  final Tensor upper = Numeric.normal(2, 2, 2);

  WatchedModel() {
    model.eval();
  }

  void attribute(Autograd.Option... options) {
    try (Tensor output = model.forward(input);
        Tensor relevance = Autograd.grad(output, input, upper, options)) {
      assertTrue(relevance.defined());
    }
  }

  void under(Composite composite, Runnable body) {
    try (CompositeContext context = composite.context(model)) {
      body.run();
    }
  }

  /** A gradient under a hook, which is removed behind it. */
  void hooked(RemovableHandle handle, Autograd.Option... options) {
    try (handle) {
      attribute(options);
    }
  }

  /** A rule of Java that makes tensors of its own on the way up. */
  static Hook rule(UnaryOperator<Tensor[]> backward) {
    return new Hook() {
      @Override
      protected Tensor[] forward(Module module, Tensor[] inputs, Tensor[] outputs) {
        return new Tensor[] {inputs[0].square(), outputs[0].abs()};
      }

      @Override
      protected Tensor[] backward(Call call, Tensor[] grad_output) {
        return backward.apply(call.grad_input(grad_output));
      }
    };
  }

  Module layer(String name) {
    return model.get_submodule(name);
  }

  Stream<DynamicTest> checks(Map<String, RepeatedWork> works) {
    return works.entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())));
  }

  private void check(RepeatedWork work) throws InterruptedException {
    work.body().run();
    work.assertNothingLeft(RUNS);
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
  }

  @Override
  public void close() {
    model.close();
    input.close();
    upper.close();
  }
}
