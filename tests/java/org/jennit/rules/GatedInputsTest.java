package org.jennit.rules;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.jennit.nn.GatedLinear;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Modules of an input and a gate that is made of it. */
class GatedInputsTest {

  private static List<Module> modules() {
    return List.of(
        Numeric.drawn(new GatedLinear(1, 2, 3), 1),
        Numeric.drawn(new GatedLinear(2, 1, 3, false), 1));
  }

  // The second input is a constant to the rule: what it is made of must not matter.
  @TestFactory
  Stream<DynamicTest> noRelevanceGoesThroughTheOtherInput() {
    return modules().stream()
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module.toString(),
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          module;
                          RemovableHandle handle = new Epsilon(0.1).register(module)) {
                        Tensor x = Numeric.normal(2, 4, 3).requires_grad_(true);
                        Tensor upper = Numeric.normal(3, module.forward(x, x).shape());
                        Tensor apart = module.forward(x, x.detach().mul(new Scalar(2.0)));
                        Tensor expected = Autograd.grad(apart, x, upper);
                        Tensor together = module.forward(x, x.mul(new Scalar(2.0)));
                        Numeric.assertClose(
                            expected,
                            Autograd.grad(together, x, upper, Autograd.RETAIN_GRAPH),
                            1e-12,
                            "relevance");
                        Numeric.assertClose(
                            expected,
                            Autograd.grad(together, x, upper, Autograd.CREATE_GRAPH),
                            1e-12,
                            "recorded relevance");
                        Numeric.assertDerivative(
                            () -> {
                              Tensor output = module.forward(x, x.mul(new Scalar(2.0)));
                              Tensor relevance =
                                  Autograd.grad(output, x, upper, Autograd.CREATE_GRAPH);
                              return Numeric.weighted(relevance, 7);
                            },
                            "Epsilon",
                            x);
                      }
                    }));
  }

  /** {@code W x + b + r (V y + d)} against its formula, through the layer's own parameters. */
  @TestFactory
  Stream<DynamicTest> gatedLinearIsItsFormula() {
    return modules().stream()
        .filter(GatedLinear.class::isInstance)
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module.toString(),
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          module) {
                        Tensor input = Numeric.normal(2, 4, 3);
                        Tensor gate = Numeric.normal(3, 4, 3);
                        Tensor weight = module.get_parameter("weight");
                        Tensor gated = module.get_parameter("gated_weight");
                        Tensor plain = input.narrow(1, 0, weight.size(1)).matmul(weight.t());
                        Tensor weighed =
                            input.narrow(1, weight.size(1), gated.size(1)).matmul(gated.t());
                        if (module.get_parameter("bias") != null) {
                          plain = plain.add(module.get_parameter("bias"));
                          weighed = weighed.add(module.get_parameter("gated_bias"));
                        }
                        Numeric.assertClose(
                            plain.add(gate.mul(weighed)),
                            module.forward(input, gate),
                            1e-14,
                            "output");
                      }
                    }));
  }
}
