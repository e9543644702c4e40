package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.nn.Tanh;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.Test;

/**
 * A user's rule with its own forward and backward, on leaves, containers and modules of several
 * inputs.
 */
class UserHookTest {

  /** Input times gradient, weighted with what the forward kept. */
  private static final class Weighted extends Hook {
    @Override
    protected Tensor[] forward(Module module, Tensor[] inputs, Tensor[] outputs) {
      return new Tensor[] {inputs[0].square().add(new Scalar(1.0))};
    }

    @Override
    protected Tensor[] backward(Call call, Tensor[] grad_output) {
      Tensor gradient = call.grad_input(grad_output)[0];
      return new Tensor[] {gradient.mul(call.input()).mul(call.saved()[0])};
    }
  }

  /** The product of two tensors. */
  private static final class Product extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].mul(inputs[1]);
    }
  }

  /** Calls its child twice. */
  private static final class Twice extends Module {
    Twice(Module child) {
      register_module("child", child);
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Module child = get_submodule("child");
      return child.forward(child.forward(inputs));
    }
  }

  private interface Backward {
    Tensor[] apply(Call call, Tensor[] upper);
  }

  private static Hook rule(Backward backward) {
    return new Hook() {
      @Override
      protected Tensor[] backward(Call call, Tensor[] grad_output) {
        return backward.apply(call, grad_output);
      }
    };
  }

  @Test
  void whatTheForwardKeptArrivesAndIsDifferentiated() {
    for (Module module : List.of(new Tanh(), new Linear(3, 3), new Softplus(2))) {
      try (PointerScope scope = new PointerScope();
          Module drawn = Numeric.drawn(module, 1)) {
        Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
        Tensor upper = Numeric.normal(2, 2, 3).requires_grad_(true);
        Tensor gradient = Autograd.grad(drawn.forward(x), x, upper);
        Tensor expected = gradient.mul(x).mul(x.square().add(new Scalar(1.0)));
        new Weighted().register(drawn);
        Numeric.assertClose(
            expected, Autograd.grad(drawn.forward(x), x, upper), 1e-14, "unrecorded");
        List<Tensor> leaves = new ArrayList<>(List.of(x, upper));
        leaves.addAll(drawn.named_parameters().values());
        Numeric.assertDerivative(
            () -> {
              Tensor output = drawn.forward(x);
              Tensor relevance = Autograd.grad(output, x, upper, Autograd.CREATE_GRAPH);
              return Numeric.weighted(relevance, 3).add(Numeric.weighted(output.square(), 4));
            },
            drawn.type_name(),
            leaves.toArray(Tensor[]::new));
      }
    }
  }

  @Test
  void aModuleThatIsCalledTwiceIsTwoCalls() {
    try (PointerScope scope = new PointerScope();
        Twice twice = new Twice(new Tanh())) {
      Tensor x = Numeric.normal(1, 4).requires_grad_(true);
      double[] values = Numeric.values(x);
      new Weighted().register(twice.get_submodule("child"));
      double[] expected = new double[4];
      for (int i = 0; i < 4; i++) {
        double inner = Math.tanh(values[i]);
        double outer = Math.tanh(inner);
        double above = (1 - outer * outer) * inner * (inner * inner + 1);
        expected[i] = above * (1 - inner * inner) * values[i] * (values[i] * values[i] + 1);
      }
      Tensor ones = org.bytedeco.pytorch.global.torch.ones_like(x.detach());
      Numeric.assertClose(
          expected, Numeric.values(Autograd.grad(twice.forward(x), x, ones)), 1e-14, "twice");
    }
  }

  @Test
  void aContainerIsOneModule() {
    for (boolean inplace : new boolean[] {false, true}) {
      try (PointerScope scope = new PointerScope();
          Sequential model =
              Numeric.drawn(
                  new Sequential(
                      new ReLU(inplace), new Sequential(new Linear(3, 4), new ReLU(inplace))),
                  1)) {
        Tensor leaf = Numeric.normal(1, 2, 3).requires_grad_(true);
        Tensor upper = Numeric.normal(2, 2, 4);
        Stabilizer stabilizer = new Stabilizer(0.3);
        Tensor x = leaf.add(leaf);
        double[] values = Numeric.values(x);
        Tensor y = model.forward(x.clone());
        Tensor expected = x.mul(Autograd.grad(y, x, upper.div(stabilizer.apply(y))));
        BasicHook written =
            new BasicHook(
                null,
                null,
                null,
                (above, outputs) -> new Tensor[] {above.div(stabilizer.apply(outputs[0]))},
                null);
        for (Hook hook : List.of(new Epsilon(stabilizer), written)) {
          RemovableHandle handle = hook.register(model);
          for (Autograd.Option[] options : new Autograd.Option[][] {{}, {Autograd.CREATE_GRAPH}}) {
            Tensor input = leaf.add(leaf);
            // In place means in place: what is overwritten is a copy.
            Tensor relevance = Autograd.grad(model.forward(input.clone()), input, upper, options);
            Numeric.assertClose(expected, relevance, 1e-13, hook.name());
          }
          handle.remove();
        }
        Numeric.assertClose(values, Numeric.values(x), 0, "the input is not overwritten");
      }
    }
  }

  @Test
  void rulesInsideOfAContainerWithARuleWorkInIt() {
    try (PointerScope scope = new PointerScope();
        Sequential inner = new Sequential(new Tanh(), new Tanh());
        Sequential model = new Sequential(inner)) {
      Tensor x = Numeric.normal(1, 4).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 4);
      // The container's rule is input times gradient, and inside of it no gradient is changed.
      rule((call, above) -> above).register(inner.get_submodule("0"));
      rule((call, above) -> above).register(inner.get_submodule("1"));
      new BasicHook(null, null, null, (above, outputs) -> new Tensor[] {above}, null)
          .register(inner);
      Numeric.assertClose(
          x.mul(upper), Autograd.grad(model.forward(x), x, upper), 1e-14, "inner rules");
    }
  }

  @Test
  void severalInputs() {
    try (PointerScope scope = new PointerScope();
        Product product = new Product()) {
      Tensor a = Numeric.tensor(new double[] {2, -3}, 2).requires_grad_(true);
      Tensor b = Numeric.tensor(new double[] {5, 7}, 2).requires_grad_(true);
      Tensor upper = Numeric.tensor(new double[] {10, 20}, 2);
      Tensor[] inputs = {a, b};
      RemovableHandle handle =
          rule((call, above) -> {
                assertEquals(2, call.inputs().length);
                Tensor[] gradients = call.grad_input(above);
                return new Tensor[] {
                  call.inputs()[0].mul(gradients[0]).mul(new Scalar(0.25)),
                  call.inputs()[1].mul(gradients[1]).mul(new Scalar(0.75))
                };
              })
              .register(product);
      Tensor[] shares = Autograd.grad(new Tensor[] {product.forward(a, b)}, inputs, one(upper));
      assertArrayEquals(new double[] {25, -105}, Numeric.values(shares[0]), 1e-12);
      assertArrayEquals(new double[] {75, -315}, Numeric.values(shares[1]), 1e-12);
      Numeric.assertDerivative(
          () -> {
            Tensor[] relevance =
                Autograd.grad(
                    new Tensor[] {product.forward(a, b)},
                    inputs,
                    one(upper),
                    Autograd.CREATE_GRAPH);
            return Numeric.weighted(relevance[0].mul(relevance[1]), 3);
          },
          "both",
          a,
          b);
      handle.remove();
      // A product hands all of it to each of its factors: the stabilizer takes a part in ten
      // million.
      new BasicHook().register(product);
      Tensor[] each = Autograd.grad(new Tensor[] {product.forward(a, b)}, inputs, one(upper));
      assertArrayEquals(new double[] {10, 20}, Numeric.values(each[0]), 1e-5);
      assertArrayEquals(new double[] {10, 20}, Numeric.values(each[1]), 1e-5);
      // One that needs no gradient is a constant.
      Tensor fixed = a.detach();
      Tensor second = Autograd.grad(product.forward(fixed, b), b, upper);
      assertArrayEquals(new double[] {10, 20}, Numeric.values(second), 1e-5);
    }
  }

  private static Tensor[] one(Tensor tensor) {
    return new Tensor[] {tensor};
  }

  @Test
  void answersMayBeShortOrMissing() {
    try (PointerScope scope = new PointerScope();
        Product product = new Product()) {
      Tensor a = Numeric.normal(1, 2).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2);
      for (Backward backward :
          List.<Backward>of(
              (call, above) -> null,
              (call, above) -> new Tensor[0],
              (call, above) -> new Tensor[] {null, null})) {
        RemovableHandle handle = rule(backward).register(product);
        Tensor[] relevance =
            Autograd.grad(
                new Tensor[] {product.forward(a, a)}, one(a), one(upper), Autograd.ALLOW_UNUSED);
        assertFalse(relevance[0].defined());
        handle.remove();
      }
    }
  }

  @Test
  void wrongShapesAreRefusedByName() {
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new Tanh())) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      Composite composite =
          new Composite(
              (context, name, module) ->
                  module instanceof Tanh
                      ? rule((call, above) -> new Tensor[] {above[0].sum()})
                      : null);
      try (CompositeContext context = composite.context(model)) {
        String message =
            assertThrows(
                    JennitException.class,
                    () -> Autograd.grad(model.forward(x), x, Numeric.normal(2, 2, 3)))
                .getMessage();
        assertTrue(message.contains("module '0' (Tanh)"), message);
        assertTrue(message.contains("has the shape []"), message);
      }
    }
  }

  @Test
  void exceptionsArriveAsTheCauseAndLeaveTheModelUsable() {
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new Tanh())) {
      IllegalStateException reason = new IllegalStateException("out of tea");
      Tensor x = Numeric.normal(1, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 3);
      Tensor expected = Autograd.grad(model.forward(x), x, upper);
      RemovableHandle handle =
          rule((call, above) -> {
                throw reason;
              })
              .register(model.get_submodule("0"));
      JennitException failure =
          assertThrows(JennitException.class, () -> Autograd.grad(model.forward(x), x, upper));
      assertSame(reason, failure.getCause());
      handle.remove();
      Hook failing =
          new Hook() {
            @Override
            protected Tensor[] forward(Module module, Tensor[] inputs, Tensor[] outputs) {
              throw reason;
            }

            @Override
            protected Tensor[] backward(Call call, Tensor[] grad_output) {
              return grad_output;
            }
          };
      handle = failing.register(model.get_submodule("0"));
      failure = assertThrows(JennitException.class, () -> model.forward(x));
      assertSame(reason, failure.getCause());
      assertTrue(failure.getMessage().contains("'0' (Tanh)"), failure.getMessage());
      handle.remove();
      Numeric.assertClose(expected, Autograd.grad(model.forward(x), x, upper), 0, "afterwards");
    }
  }

  @Test
  void modifiersDoNotTouchTheUsersTensors() {
    try (PointerScope scope = new PointerScope();
        Tanh tanh = new Tanh()) {
      Tensor fixed = Numeric.normal(3, 3);
      new BasicHook(List.of(x -> fixed), null, null, null, null).register(tanh);
      Tensor x = Numeric.normal(1, 3).requires_grad_(true);
      Autograd.grad(tanh.forward(x), x, Numeric.normal(2, 3));
      assertFalse(fixed.requires_grad());
    }
  }

  @Test
  void listsOfModifiersMustBeOfOneLength() {
    UnaryOperator<Tensor> same = UnaryOperator.identity();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new BasicHook(List.of(same, same), null, List.of(same), null, null))
            .getMessage();
    assertTrue(message.contains("as many input as parameter and output modifiers"), message);
  }

  @Test
  void aMapperWithTheWrongNumberOfGradientsIsRefused() {
    try (PointerScope scope = new PointerScope();
        Tanh tanh = new Tanh()) {
      new BasicHook(null, null, null, (above, outputs) -> new Tensor[] {above, above}, null)
          .register(tanh);
      Tensor x = Numeric.normal(1, 3).requires_grad_(true);
      String message =
          assertThrows(
                  JennitException.class,
                  () -> Autograd.grad(tanh.forward(x), x, Numeric.normal(2, 3)))
              .getMessage();
      assertTrue(message.contains("gradient mapper"), message);
    }
  }
}
