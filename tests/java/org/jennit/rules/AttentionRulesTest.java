package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Linear;
import org.jennit.nn.Masks;
import org.jennit.nn.MatMul;
import org.jennit.nn.Module;
import org.jennit.nn.Mul;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.ScaledDotProductAttention;
import org.jennit.nn.ScaledDotProductAttentionOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules of transformers beyond their values, which vectors check: recorded and unrecorded, of
 * many targets at once, differentiated.
 */
class AttentionRulesTest {

  @TestFactory
  Stream<DynamicTest> recordedAndForManyTargetsTheyAreTheSame() {
    return AttentionCase.each(
        one -> {
          try (Module module = one.module().get();
              RemovableHandle handle = one.rule().register(module)) {
            Tensor[] inputs = one.inputs();
            Tensor[] output = {one.forward(module, inputs)};
            Tensor first = Numeric.normal(1, output[0].shape());
            Tensor second = Numeric.normal(2, output[0].shape());
            Tensor[] both = {torch.stack(new TensorVector(first, second), 0)};
            Tensor[] plain =
                Autograd.grad(output, inputs, new Tensor[] {first}, Autograd.RETAIN_GRAPH);
            Tensor[] other =
                Autograd.grad(output, inputs, new Tensor[] {second}, Autograd.RETAIN_GRAPH);
            Tensor[] together = Autograd.grad(output, inputs, both, Autograd.IS_GRADS_BATCHED);
            Tensor[] recorded =
                Autograd.grad(output, inputs, new Tensor[] {first}, Autograd.CREATE_GRAPH);
            for (int i = 0; i < inputs.length; i++) {
              Numeric.assertClose(plain[i], recorded[i], 1e-10, "recorded, input " + i);
              Numeric.assertClose(plain[i], together[i].select(0, 0), 1e-10, "first, input " + i);
              Numeric.assertClose(other[i], together[i].select(0, 1), 1e-10, "second, input " + i);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> derivativesAreTrue() {
    return AttentionCase.each(
        one -> {
          try (Module module = one.module().get();
              RemovableHandle handle = one.rule().register(module)) {
            Tensor[] inputs = one.inputs();
            Tensor upper = Numeric.normal(1, one.forward(module, inputs).shape());
            Numeric.assertDerivative(
                () -> {
                  Tensor[] relevances =
                      Autograd.grad(
                          new Tensor[] {one.forward(module, inputs)},
                          inputs,
                          new Tensor[] {upper},
                          Autograd.CREATE_GRAPH);
                  Tensor sum = torch.zeros(1).to(ScalarType.Double).sum();
                  for (int i = 0; i < relevances.length; i++) {
                    sum = sum.add(Numeric.weighted(relevances[i], 9 + i));
                  }
                  return sum.requires_grad() ? sum : sum.add(inputs[0].sum().mul(new Scalar(0)));
                },
                one.name(),
                inputs);
          }
        });
  }

  @Test
  void aConstantOperandLeavesAllToTheOther() {
    try (PointerScope scope = new PointerScope();
        Module product = new MatMul();
        Module factors = new Mul();
        RemovableHandle one =
            new MatMulEpsilon(new Stabilizer(1e-12), OperandShare.UNIFORM).register(product);
        RemovableHandle two = new MulShare().register(factors)) {
      Tensor x = Numeric.normal(1, 3, 4).requires_grad_(true);
      Tensor weights = Numeric.normal(2, 4, 2);
      Tensor upper = Numeric.normal(3, 3, 2);
      Tensor relevance = Autograd.grad(product.forward(x, weights), x, upper);
      Numeric.assertClose(upper.sum(), relevance.sum(), 1e-9, "conserved");
      Tensor factor = Numeric.normal(4, 3, 4);
      Numeric.assertClose(
          factor, Autograd.grad(factors.forward(x, x.detach()), x, factor), 0, "all");
    }
  }

  @Test
  void relevanceThatIsStoppedIsZeroAndAnInputThatIsNotUsedIsStillAnError() {
    try (PointerScope scope = new PointerScope();
        Module stop = new Linear(2, 2);
        RemovableHandle handle = new Zero().register(stop)) {
      Tensor x = torch.randn(3, 2).requires_grad_(true);
      Tensor unused = torch.randn(3, 2).requires_grad_(true);
      Tensor output = stop.forward(x);
      Tensor upper = torch.ones_like(output);
      assertEquals(
          0, Autograd.grad(output, x, upper, Autograd.RETAIN_GRAPH).abs().sum().item_double());
      assertThrows(JennitException.class, () -> Autograd.grad(output, unused, upper));
    }
  }

  @Test
  void refusalsSayWhatARuleWorksOn() {
    try (PointerScope scope = new PointerScope();
        Module linear = new Linear(2, 2)) {
      refused("works on MatMul, not on a Linear", () -> new MatMulEpsilon().register(linear));
      refused("works on Mul, not on a Linear", () -> new MulShare().register(linear));
      refused("option 'gate' must be first or second", () -> new Mul("third"));
      refused("works on Softmax", () -> new SoftmaxTaylor().register(linear));
      refused("works on LayerNorm", () -> new NormalizationEpsilon().register(linear));
      refused("works on ScaledDotProductAttention", () -> new AttentionEpsilon().register(linear));
      ScaledDotProductAttention dropping =
          new ScaledDotProductAttention(new ScaledDotProductAttentionOptions().dropout_p(0.5));
      Tensor x = torch.randn(2, 3, 4).requires_grad_(true);
      try (RemovableHandle handle = new AttentionEpsilon().register(dropping)) {
        refused(
            "put the module in evaluation mode",
            () -> Autograd.grad(dropping.forward(x, x, x).sum(), x));
        dropping.eval();
        assertTrue(Autograd.grad(dropping.forward(x, x, x).sum(), x).defined());
      }
      assertTrue(!Masks.none().defined());
    }
  }

  private static void refused(String part, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(JennitException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
