package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.BasicHook;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.ParamMod;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Bilinear;
import org.jennit.nn.Module;
import org.jennit.nn.Sum;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Modules with several inputs: what each of them gets, and its derivative. */
class SeveralInputsTest {
  private static final Stabilizer STABILIZER = new Stabilizer(0.3);

  private interface Forward {
    Tensor apply(Tensor... inputs);
  }

  private static Module module(Forward forward) {
    return new Module() {
      @Override
      protected Tensor compute(Tensor... inputs) {
        return forward.apply(inputs);
      }
    };
  }

  private static Tensor concatenated(Tensor... inputs) {
    try (TensorVector vector = new TensorVector(inputs)) {
      return torch.cat(vector, 1);
    }
  }

  /** A module, the shapes of its inputs, and whether it is linear in all of them together. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(String name, Supplier<Module> module, boolean linear, long[]... shapes) {
    Tensor[] inputs() {
      Tensor[] inputs = new Tensor[shapes.length];
      Arrays.setAll(inputs, i -> Numeric.normal(20 + i, shapes[i]).requires_grad_(true));
      return inputs;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(
              "sum", () -> module(x -> x[0].add(x[1])), true, new long[] {2, 3}, new long[] {2, 3}),
          new Case(
              "sum of three",
              () -> module(x -> x[0].add(x[1]).sub(x[2])),
              true,
              new long[] {2, 3},
              new long[] {2, 3},
              new long[] {2, 3}),
          new Case(
              "broadcast sum",
              () -> module(x -> x[0].add(x[1])),
              true,
              new long[] {2, 3},
              new long[] {3}),
          new Case("Sum", Sum::new, true, new long[] {2, 3}, new long[] {2, 3}),
          new Case(
              "Sum of three", Sum::new, true, new long[] {2, 3}, new long[] {3}, new long[] {2, 3}),
          new Case(
              "concatenation",
              () -> module(SeveralInputsTest::concatenated),
              true,
              new long[] {2, 3},
              new long[] {2, 1}),
          new Case(
              "product",
              () -> module(x -> x[0].mul(x[1])),
              false,
              new long[] {2, 3},
              new long[] {2, 3}),
          new Case(
              "Bilinear",
              () -> Numeric.drawn(new Bilinear(3, 2, 4, false), 5),
              false,
              new long[] {2, 3},
              new long[] {2, 2}));

  private static Hook written() {
    return written(STABILIZER);
  }

  /** Epsilon as a user writes it. */
  static Hook written(Stabilizer stabilizer) {
    return new BasicHook(
        null,
        null,
        null,
        (above, outputs) -> new Tensor[] {above.div(stabilizer.apply(outputs[0]))},
        null);
  }

  private static Hook writtenFlat() {
    return new BasicHook(
        List.of(torch::ones_like),
        List.of(new ParamMod((parameter, name) -> torch.ones_like(parameter))),
        null,
        (above, outputs) -> new Tensor[] {above.div(STABILIZER.apply(outputs[0]))},
        (inputs, gradients) -> gradients[0]);
  }

  @TestFactory
  Stream<DynamicTest> fromTheJacobian() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Case each : CASES) {
      for (Hook hook : List.of(new Epsilon(STABILIZER), new Norm(STABILIZER), written())) {
        tests.add(
            DynamicTest.dynamicTest(
                hook.name() + " of " + each.name, () -> checkAgainstJacobian(each, hook, false)));
      }
      for (Hook hook : List.of(new Flat(STABILIZER), writtenFlat())) {
        tests.add(
            DynamicTest.dynamicTest(
                hook.name() + " of " + each.name + ", flat",
                () -> checkAgainstJacobian(each, hook, true)));
      }
    }
    return tests.stream();
  }

  private static void checkAgainstJacobian(Case each, Hook hook, boolean flat) {
    try (PointerScope scope = new PointerScope();
        Module module = each.module.get()) {
      Tensor[] inputs = each.inputs();
      Tensor[] at = new Tensor[inputs.length];
      Arrays.setAll(
          at, i -> flat ? torch.ones_like(inputs[i].detach()) : inputs[i].detach().clone());
      if (flat && module instanceof Bilinear bilinear) {
        // The weights count as ones too.
        bilinear.get_parameter("weight").detach().fill_(new Scalar(1.0));
      }
      Tensor output = module.forward(at);
      double[] z = Numeric.values(output);
      double[] denominators = MatrixRule.stabilized(STABILIZER, z, output.shape());
      Tensor upper = Numeric.normal(9, output.shape());
      double[] above = Numeric.values(upper);
      double[][] expected = new double[inputs.length][];
      for (int i = 0; i < inputs.length; i++) {
        double[] values = Numeric.values(at[i]);
        expected[i] = new double[values.length];
        for (int j = 0; j < z.length; j++) {
          int row = j;
          double[] by =
              Numeric.differences(() -> module.forward(at).flatten().narrow(0, row, 1), at[i]);
          for (int k = 0; k < by.length; k++) {
            expected[i][k] += by[k] * above[j] / denominators[j] * (flat ? 1 : values[k]);
          }
        }
      }
      hook.register(module);
      for (Autograd.Option[] options : new Autograd.Option[][] {{}, {Autograd.CREATE_GRAPH}}) {
        Tensor[] relevance = relevances(module, inputs, upper, options);
        for (int i = 0; i < inputs.length; i++) {
          Numeric.assertClose(
              expected[i], Numeric.values(relevance[i]), 1e-8, hook.name() + ", input " + i);
        }
      }
    }
  }

  private static Tensor[] relevances(
      Module module, Tensor[] inputs, Tensor upper, Autograd.Option... options) {
    return Autograd.grad(
        new Tensor[] {module.forward(inputs)}, inputs, new Tensor[] {upper}, options);
  }

  @TestFactory
  Stream<DynamicTest> secondOrder() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Case each : CASES) {
      List<Hook> hooks = new ArrayList<>();
      hooks.addAll(
          List.of(
              new Epsilon(STABILIZER),
              new Norm(STABILIZER),
              new Flat(STABILIZER),
              new ReLUGuidedBackprop(),
              written()));
      if (each.name.equals("product") || each.name.startsWith("sum")) {
        hooks.addAll(List.of(new Pass(), new ReLUDeconvNet(), new ReLUBetaSmooth(2)));
      }
      for (Hook hook : hooks) {
        tests.add(
            DynamicTest.dynamicTest(
                hook.name() + " of " + each.name, () -> checkDerivative(each, hook)));
      }
    }
    return tests.stream();
  }

  private static void checkDerivative(Case each, Hook hook) {
    try (PointerScope scope = new PointerScope();
        Module module = each.module.get()) {
      Tensor[] inputs = each.inputs();
      hook.register(module);
      Tensor upper = Numeric.normal(9, module.forward(inputs).shape()).requires_grad_(true);
      List<Tensor> leaves = new ArrayList<>(Arrays.asList(inputs));
      leaves.add(upper);
      leaves.addAll(module.named_parameters().values());
      Numeric.assertDerivative(
          () -> {
            Tensor output = module.forward(inputs);
            Tensor[] relevance =
                Autograd.grad(
                    new Tensor[] {output}, inputs, new Tensor[] {upper}, Autograd.CREATE_GRAPH);
            Tensor loss = Numeric.weighted(output.square(), 13);
            for (int i = 0; i < relevance.length; i++) {
              loss = loss.add(Numeric.weighted(relevance[i].square(), 30 + i));
            }
            return loss;
          },
          hook.name(),
          leaves.toArray(Tensor[]::new));
    }
  }

  @TestFactory
  Stream<DynamicTest> linearModulesConserve() {
    List<DynamicTest> tests = new ArrayList<>();
    Stabilizer small = new Stabilizer(1e-12);
    for (Case each : CASES) {
      if (each.linear) {
        for (Hook hook : List.of(new Epsilon(small), new Norm(small), written(small))) {
          tests.add(
              DynamicTest.dynamicTest(
                  hook.name() + " of " + each.name, () -> checkConserved(each, hook, 1e-10)));
        }
      }
      if (each.name.startsWith("sum") || each.name.equals("product")) {
        tests.add(
            DynamicTest.dynamicTest(
                "Pass of " + each.name, () -> checkConserved(each, new Pass(), 1e-14)));
      }
    }
    return tests.stream();
  }

  private static void checkConserved(Case each, Hook hook, double tolerance) {
    try (PointerScope scope = new PointerScope();
        Module module = each.module.get()) {
      hook.register(module);
      Tensor[] inputs = each.inputs();
      Tensor upper = Numeric.normal(9, module.forward(inputs).shape());
      Tensor sum = torch.zeros(1).to(ScalarType.Double);
      for (Tensor relevance : relevances(module, inputs, upper)) {
        sum = sum.add(relevance.sum());
      }
      Numeric.assertClose(Numeric.values(upper.sum()), Numeric.values(sum), tolerance, hook.name());
    }
  }

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
          List.of(new Epsilon(STABILIZER), new Norm(STABILIZER), written(), new Flat(STABILIZER))) {
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
        Module concatenation = module(SeveralInputsTest::concatenated)) {
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
