package org.jennit.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.ELU;
import org.jennit.nn.Flatten;
import org.jennit.nn.Hardswish;
import org.jennit.nn.Identity;
import org.jennit.nn.LeakyReLU;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.SiLU;
import org.jennit.nn.Unflatten;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * In-place activations give what the others give, under every rule, on themselves and on what feeds
 * them.
 */
class InPlaceRuleTest {
  private static final List<Function<Boolean, Module>> ACTIVATIONS =
      List.of(
          ReLU::new,
          inplace -> new LeakyReLU(0.1, inplace),
          inplace -> new ELU(1, inplace),
          SiLU::new,
          Hardswish::new);

  private static final List<Hook> ON_ACTIVATION =
      List.of(
          new Pass(),
          new Epsilon(0.3),
          new Norm(new Stabilizer(0.3)),
          new Flat(new Stabilizer(0.3)),
          new ReLUDeconvNet(),
          new ReLUGuidedBackprop(),
          new ReLUBetaSmooth(2));

  private static final List<Hook> ON_LINEAR =
      List.of(
          new Epsilon(0.3),
          new ZPlus(new Stabilizer(0.3)),
          new Gamma(0.25, new Stabilizer(0.3), List.of()),
          new AlphaBeta(2, 1, new Stabilizer(0.3), List.of()),
          new ZBox(-3, 3, new Stabilizer(0.3), List.of()),
          new WSquare(new Stabilizer(0.3)),
          new Flat(new Stabilizer(0.3)));

  @TestFactory
  Stream<DynamicTest> everyActivationUnderEveryRule() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Function<Boolean, Module> activation : ACTIVATIONS) {
      for (Hook hook : ON_ACTIVATION) {
        tests.add(
            test(activation, hook + " on the activation", new Epsilon(0.3), hook, Identity::new));
      }
      for (Hook hook : ON_LINEAR) {
        tests.add(test(activation, hook + " before it", hook, null, Identity::new));
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> viewsInBetween() {
    return Stream.<java.util.function.Supplier<Module>>of(
            Flatten::new,
            () -> new Unflatten(1, 2, 2),
            () -> new Sequential(new Unflatten(1, 2, 2), new Flatten()))
        .map(view -> test(ReLU::new, "after " + view.get(), new Epsilon(0.3), null, view));
  }

  private static DynamicTest test(
      Function<Boolean, Module> activation,
      String what,
      Hook onLinear,
      Hook onActivation,
      java.util.function.Supplier<Module> between) {
    return DynamicTest.dynamicTest(
        activation.apply(true).type_name() + ", " + what,
        () -> {
          double[][] plain = relevances(activation.apply(false), onLinear, onActivation, between);
          double[][] inplace = relevances(activation.apply(true), onLinear, onActivation, between);
          for (int i = 0; i < plain.length; i++) {
            Numeric.assertClose(plain[i], inplace[i], 0, what);
          }
        });
  }

  private static double[][] relevances(
      Module activation,
      Hook onLinear,
      Hook onActivation,
      java.util.function.Supplier<Module> between) {
    Composite composite =
        new Composite(
                (context, name, module) ->
                    module == activation
                        ? onActivation
                        : module instanceof Linear ? onLinear : null)
            .coverage(Coverage.IGNORE);
    try (PointerScope scope = new PointerScope();
        Sequential model =
            Numeric.drawn(
                new Sequential(
                    new Linear(3, 4), between.get(), activation, new Flatten(), new Linear(4, 2)),
                3);
        CompositeContext context = composite.context(model)) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2, 2);
      double[] recorded =
          Numeric.values(Autograd.grad(model.forward(x), x, upper, Autograd.CREATE_GRAPH));
      return new double[][] {recorded, Numeric.values(Autograd.grad(model.forward(x), x, upper))};
    }
  }
}
