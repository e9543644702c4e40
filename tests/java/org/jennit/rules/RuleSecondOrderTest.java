package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.AvgPool2d;
import org.jennit.nn.LeakyReLU;
import org.jennit.nn.MaxPool1d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Softplus;
import org.jennit.nn.Sum;
import org.jennit.nn.Tanh;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The derivative of a relevance by input, parameters and upper relevance, against central
 * differences.
 */
class RuleSecondOrderTest {

  @TestFactory
  Stream<DynamicTest> linearLayers() {
    return Stream.of(0, 1, 4, 5, 6, 7, 10, 12, 16, 17, 19)
        .map(LayerCase.ALL::get)
        .flatMap(
            geometry ->
                RuleCase.ALL.stream()
                    .map(
                        rule ->
                            DynamicTest.dynamicTest(
                                rule.name() + " of " + geometry,
                                () -> {
                                  Hook hook =
                                      rule.maker()
                                          .make(new Stabilizer(0.5), List.of(), geometry.shape());
                                  check(geometry.drawn(3), hook, false, geometry.batch(2));
                                })));
  }

  @TestFactory
  Stream<DynamicTest> stabilizersAndZeroParameters() {
    LayerCase geometry = LayerCase.ALL.get(0);
    Stabilizer norm = new Stabilizer(0.5).withNormScale(true);
    return RuleCase.ALL.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(),
                    () -> {
                      check(
                          geometry.drawn(3),
                          rule.maker().make(norm, List.of(), 5),
                          false,
                          geometry.batch(2));
                      check(
                          geometry.drawn(3),
                          rule.maker().make(norm.withClip(true), List.of("bias"), 5),
                          false,
                          geometry.batch(2));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> mixedWithTheOutput() {
    LayerCase geometry = LayerCase.ALL.get(7);
    return RuleCase.ALL.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(),
                    () ->
                        check(
                            geometry.drawn(3),
                            rule.maker().make(new Stabilizer(0.5), List.of(), geometry.shape()),
                            true,
                            geometry.batch(2))));
  }

  @TestFactory
  Stream<DynamicTest> otherModules() {
    List<DynamicTest> tests = new ArrayList<>();
    List<Supplier<Module>> modules =
        List.of(
            () -> new Softplus(3),
            Tanh::new,
            () -> new LeakyReLU(0.2),
            () -> new ReLU(true),
            () -> new AvgPool2d(2),
            () -> new MaxPool1d(2),
            () -> new Sum(1));
    Stabilizer stabilizer = new Stabilizer(0.5);
    for (Supplier<Module> module : modules) {
      for (Hook hook :
          List.of(
              new Epsilon(stabilizer),
              new Norm(stabilizer),
              new Flat(stabilizer),
              new ReLUDeconvNet(),
              new ReLUGuidedBackprop(),
              new ReLUBetaSmooth(2),
              new Pass())) {
        boolean keepsShape =
            hook instanceof Epsilon
                || hook instanceof Norm
                || hook instanceof Flat
                || hook instanceof ReLUGuidedBackprop;
        String name = module.get().type_name();
        if (keepsShape || !(name.contains("Pool") || name.equals("Sum"))) {
          tests.add(
              DynamicTest.dynamicTest(
                  hook + " of " + name, () -> check(module.get(), hook, true, 2, 4, 4)));
        }
      }
    }
    return tests.stream();
  }

  private static void check(Module module, Hook hook, boolean mixed, long... shape) {
    try (PointerScope scope = new PointerScope();
        module) {
      // In-place layers may not overwrite a leaf: the input is its double.
      Tensor leaf = Numeric.normal(5, shape).requires_grad_(true);
      hook.register(module);
      Tensor upper = Numeric.normal(9, module.forward(leaf.clone()).shape()).requires_grad_(true);
      List<Tensor> leaves = new ArrayList<>(List.of(leaf, upper));
      leaves.addAll(module.named_parameters().values());
      Numeric.assertDerivative(
          () -> {
            Tensor input = leaf.add(leaf);
            Tensor output = module.forward(input);
            Tensor relevance = Autograd.grad(output, input, upper, Autograd.CREATE_GRAPH);
            Tensor loss = Numeric.weighted(relevance, 11);
            return mixed ? loss.add(Numeric.weighted(output.square(), 13)) : loss;
          },
          hook.name(),
          leaves.toArray(Tensor[]::new));
    }
  }

  @Test
  void aFreedGraphSaysWhatToDo() {
    try (PointerScope scope = new PointerScope();
        Module layer = LayerCase.ALL.get(0).drawn(1)) {
      new Epsilon().register(layer);
      Tensor input = Numeric.normal(1, 2, 5).requires_grad_(true);
      Tensor output = layer.forward(input);
      Tensor upper = Numeric.normal(2, 2, 4);
      Autograd.grad(output, input, upper, Autograd.RETAIN_GRAPH);
      Autograd.grad(output, input, upper);
      JennitException refused =
          assertThrows(JennitException.class, () -> Autograd.grad(output, input, upper));
      assertTrue(refused.getMessage().contains("RETAIN_GRAPH"), refused.getMessage());
    }
  }
}
