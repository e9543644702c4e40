package org.jennit.rules;

import static org.jennit.rules.SeveralInputs.module;
import static org.jennit.rules.SeveralInputs.relevances;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
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
import org.junit.jupiter.api.TestFactory;

/**
 * What each of several inputs gets by the Jacobian of its module, the derivative of that, and that
 * all of them together get what the output had.
 */
class SeveralInputsRelevanceTest {
  private static final Stabilizer STABILIZER = new Stabilizer(0.3);

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
              () -> module(SeveralInputs::concatenated),
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
      for (Hook hook :
          List.of(new Epsilon(STABILIZER), new Norm(STABILIZER), JavaRules.epsilon(STABILIZER))) {
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
              JavaRules.epsilon(STABILIZER)));
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
        for (Hook hook : List.of(new Epsilon(small), new Norm(small), JavaRules.epsilon(small))) {
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
}
