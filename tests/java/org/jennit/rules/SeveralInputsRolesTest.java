package org.jennit.rules;

import static org.jennit.rules.SeveralInputs.module;
import static org.jennit.rules.SeveralInputs.relevances;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.BasicHook;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Module;
import org.junit.jupiter.api.Test;

/**
 * Which of several inputs take part: constants, the same one twice, one that is made of another,
 * indices and masks; and those that a rule refuses.
 */
class SeveralInputsRolesTest {
  private static final Stabilizer STABILIZER = new Stabilizer(0.3);

  @Test
  void passSharesEquallyAmongThoseThatTakePart() {
    try (PointerScope scope = new PointerScope();
        Module sum = module(x -> x[0].add(x[1]));
        Module first = module(x -> x[0].mul(new Scalar(2.0)))) {
      Tensor a = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor b = Numeric.normal(2, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(3, 2, 3);
      Tensor half = upper.div(new Scalar(2.0));
      new Pass().register(sum);
      new Pass().register(first);
      for (Tensor relevance : relevances(sum, new Tensor[] {a, b}, upper)) {
        Numeric.assertClose(half, relevance, 1e-15, "half");
      }
      // A constant takes no share, and neither does what no output depends on.
      Tensor fixed = b.detach();
      Numeric.assertClose(
          upper, Autograd.grad(sum.forward(a, fixed), a, upper), 0, "with a constant");
      Tensor[] one =
          Autograd.grad(
              new Tensor[] {first.forward(a, b)},
              new Tensor[] {a, b},
              new Tensor[] {upper},
              Autograd.ALLOW_UNUSED);
      Numeric.assertClose(upper, one[0], 0, "the one that is used");
      assertFalse(one[1].defined());
      // The same tensor twice has both shares; one that is made of the other its own way down.
      Numeric.assertClose(upper, Autograd.grad(sum.forward(a, a), a, upper), 1e-15, "twice");
      Tensor squared = a.square();
      Numeric.assertClose(
          half.add(half.mul(a).mul(new Scalar(2.0))),
          Autograd.grad(sum.forward(a, squared), a, upper),
          1e-14,
          "one made of the other");
    }
  }

  @Test
  void aResidualSumTakesNoPartTwice() {
    try (PointerScope scope = new PointerScope();
        Module sum = module(x -> x[0].add(x[1]))) {
      Tensor a = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(3, 2, 3);
      for (Hook hook :
          List.of(
              new Epsilon(STABILIZER),
              new Norm(STABILIZER),
              JavaRules.epsilon(STABILIZER),
              new Flat(STABILIZER))) {
        for (Autograd.Option[] options : new Autograd.Option[][] {{}, {Autograd.CREATE_GRAPH}}) {
          var handle = hook.register(sum);
          Tensor inner = a.square();
          Tensor relevance = Autograd.grad(sum.forward(a, inner), a, upper, options);
          handle.remove();
          Tensor s = upper.div(STABILIZER.apply(a.add(inner)));
          Tensor expected = a.mul(s).add(inner.mul(s).mul(a).mul(new Scalar(2.0)));
          if (hook instanceof Flat) {
            s = upper.div(STABILIZER.apply(Numeric.tensor(new double[] {2}, 1)));
            expected = s.add(s.mul(a).mul(new Scalar(2.0)));
          }
          Numeric.assertClose(expected, relevance, 1e-13, hook.name());
          handle = hook.register(sum);
          Tensor both = Autograd.grad(sum.forward(a, a), a, upper, options);
          handle.remove();
          Tensor z = a.add(a);
          Tensor total =
              hook instanceof Flat ? s.mul(new Scalar(2.0)) : z.mul(upper.div(STABILIZER.apply(z)));
          Numeric.assertClose(total, both, 1e-13, hook.name() + ", the same tensor twice");
        }
      }
    }
  }

  @Test
  void indicesAndMasksStayAsTheyAre() {
    try (PointerScope scope = new PointerScope();
        Module masked = module(x -> x[1].gather(1, x[0]).mul(x[2]))) {
      Tensor indices = Numeric.tensor(new double[] {2, 0, 1, 1}, 2, 2).to(ScalarType.Long);
      Tensor mask = Numeric.tensor(new double[] {1, 0, 1, 1}, 2, 2);
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.tensor(new double[] {10, 20, 30, 40}, 2, 2);
      for (Hook hook :
          List.of(
              new Epsilon(1e-12),
              new Norm(new Stabilizer(1e-12)),
              new Flat(new Stabilizer(1e-12)))) {
        var handle = hook.register(masked);
        for (Autograd.Option[] options : new Autograd.Option[][] {{}, {Autograd.CREATE_GRAPH}}) {
          Tensor relevance = Autograd.grad(masked.forward(indices, x, mask), x, upper, options);
          Numeric.assertClose(
              new double[] {0, 0, 10, 0, 70, 0}, Numeric.values(relevance), 1e-9, hook.name());
        }
        handle.remove();
      }
      for (Hook hook : List.of(new ReLUGuidedBackprop(), new BasicHook(), new ReLUBetaSmooth())) {
        var handle = hook.register(masked);
        if (hook instanceof ReLUBetaSmooth) {
          refused("input 1", () -> Autograd.grad(masked.forward(indices, x, mask), x, upper));
        } else {
          assertTrue(Autograd.grad(masked.forward(indices, x, mask), x, upper).defined());
        }
        handle.remove();
      }
    }
  }

  private static void refused(String part, Runnable work) {
    String message = assertThrows(JennitException.class, work::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void sharesOfAnotherShapeAreRefused() {
    try (PointerScope scope = new PointerScope();
        Module sum = module(x -> x[0].add(x[1]));
        Module concatenation = module(SeveralInputs::concatenated)) {
      Tensor a = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor row = Numeric.normal(2, 3).requires_grad_(true);
      new Pass().register(sum);
      new Pass().register(concatenation);
      refused(
          "input 1 has [3]: use Epsilon or Norm",
          () -> relevances(sum, new Tensor[] {a, row}, Numeric.normal(3, 2, 3)));
      refused(
          "input 0 has [2, 3]",
          () -> relevances(concatenation, new Tensor[] {a, a}, Numeric.normal(3, 2, 6)));
    }
  }

  @Test
  void moreRelevancesThanInputsAreRefused() {
    try (PointerScope scope = new PointerScope();
        Module sum = module(x -> x[0].add(x[1]))) {
      Tensor a = Numeric.normal(1, 3).requires_grad_(true);
      new ThreeForTwo().register(sum);
      refused(
          "answered 3 relevances",
          () -> relevances(sum, new Tensor[] {a, a}, Numeric.normal(3, 3)));
    }
  }

  private static final class ThreeForTwo extends Hook {
    @Override
    protected Tensor[] backward(org.jennit.core.Call call, Tensor[] grad_output) {
      return new Tensor[] {grad_output[0], grad_output[0], grad_output[0]};
    }
  }
}
