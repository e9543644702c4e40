package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Add;
import org.jennit.nn.GroupNorm;
import org.jennit.nn.InstanceNorm2d;
import org.jennit.nn.InstanceNormOptions;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.Linear;
import org.jennit.nn.Masks;
import org.jennit.nn.MatMul;
import org.jennit.nn.Module;
import org.jennit.nn.Mul;
import org.jennit.nn.RMSNorm;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.ScaledDotProductAttention;
import org.jennit.nn.ScaledDotProductAttentionOptions;
import org.jennit.nn.Softmax;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules of transformers beyond their values, which vectors check: recorded and unrecorded, of
 * many targets at once, differentiated, in single precision and half types.
 */
class AttentionRulesTest {
  private static final Stabilizer EPSILON = new Stabilizer(0.1);

  /**
   * @param constants what follows the inputs that get relevance
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(
      String name,
      Supplier<? extends Module> module,
      Hook rule,
      Supplier<Tensor[]> constants,
      long[]... shapes) {

    Tensor[] inputs() {
      Tensor[] inputs = new Tensor[shapes.length];
      Arrays.setAll(inputs, i -> Numeric.normal(30 + i, shapes[i]).requires_grad_(true));
      return inputs;
    }

    Tensor forward(Module made, Tensor... inputs) {
      return made.forward(
          Stream.concat(Arrays.stream(inputs), Arrays.stream(constants.get()))
              .toArray(Tensor[]::new));
    }
  }

  private static Case of(
      String name, Supplier<? extends Module> module, Hook rule, long[]... shapes) {
    return new Case(name, module, rule, () -> new Tensor[0], shapes);
  }

  private static Case attention(
      String name,
      ScaledDotProductAttentionOptions options,
      AttentionWeights weights,
      Supplier<Tensor[]> mask,
      long sharedHeads) {
    return new Case(
        name,
        () -> new ScaledDotProductAttention(options),
        new AttentionEpsilon(EPSILON, weights),
        mask,
        new long[] {2, 2, 3, 4},
        new long[] {2, sharedHeads, 5, 4},
        new long[] {2, sharedHeads, 5, 2});
  }

  private static ScaledDotProductAttentionOptions options() {
    return new ScaledDotProductAttentionOptions();
  }

  private static Tensor[] forbidding() {
    Tensor mask = torch.zeros(3, 5).to(ScalarType.Double);
    mask.select(0, 1).narrow(0, 2, 3).fill_(new Scalar(Double.NEGATIVE_INFINITY));
    mask.select(0, 2).fill_(new Scalar(0.7));
    return new Tensor[] {mask};
  }

  private static Tensor[] blind() {
    Tensor seen = torch.ones(3, 5).gt(new Scalar(0));
    seen.select(0, 0).fill_(new Scalar(0));
    return new Tensor[] {seen};
  }

  private static final List<Case> CASES =
      List.of(
          of(
              "matrix product",
              MatMul::new,
              new MatMulEpsilon(EPSILON, OperandShare.UNIFORM),
              new long[] {2, 3, 4},
              new long[] {4, 2}),
          of(
              "matrix product, second alone",
              MatMul::new,
              new MatMulEpsilon(EPSILON, OperandShare.SECOND),
              new long[] {3, 4},
              new long[] {2, 4, 2}),
          of(
              "matrix times vector",
              MatMul::new,
              new MatMulEpsilon(EPSILON, OperandShare.UNIFORM),
              new long[] {2, 3, 4},
              new long[] {4}),
          of("product", Mul::new, new MulShare(), new long[] {2, 3}, new long[] {3}),
          of(
              "product, its signal alone",
              () -> new Mul("first"),
              new MulShare(OperandShare.SIGNAL),
              new long[] {2, 3},
              new long[] {3}),
          of("sum", Add::new, new Norm(EPSILON), new long[] {2, 3}, new long[] {3}),
          of("softmax", () -> new Softmax(1), new SoftmaxTaylor(), new long[] {2, 3, 2}),
          of(
              "LayerNorm",
              () -> Numeric.drawn(new LayerNorm(3, 2), 4),
              new NormalizationEpsilon(0.1),
              new long[] {2, 3, 2}),
          of(
              "RMSNorm",
              () -> Numeric.drawn(new RMSNorm(3), 4),
              new NormalizationEpsilon(0.1),
              new long[] {2, 2, 3}),
          of(
              "GroupNorm",
              () -> Numeric.drawn(new GroupNorm(2, 4), 4),
              new NormalizationEpsilon(0.1),
              new long[] {2, 4, 3}),
          of(
              "InstanceNorm2d with running statistics",
              () -> {
                Module norm =
                    Numeric.drawn(
                        new InstanceNorm2d(
                            new InstanceNormOptions(2).affine(true).track_running_stats(true)),
                        4);
                norm.eval();
                return norm;
              },
              new NormalizationEpsilon(0.1),
              new long[] {2, 2, 2, 3}),
          attention("attention", options(), AttentionWeights.TAYLOR, () -> new Tensor[0], 2),
          attention(
              "attention, constant weights",
              options().scale(0.3),
              AttentionWeights.CONSTANT,
              () -> new Tensor[0],
              2),
          attention(
              "attention, shared heads, causal",
              options().enable_gqa(true).is_causal(true),
              AttentionWeights.TAYLOR,
              () -> new Tensor[0],
              1),
          attention(
              "attention, mask with minus infinity",
              options(),
              AttentionWeights.TAYLOR,
              AttentionRulesTest::forbidding,
              2),
          attention(
              "attention, a query that sees no key",
              options(),
              AttentionWeights.TAYLOR,
              AttentionRulesTest::blind,
              2));

  private static Stream<DynamicTest> each(java.util.function.Consumer<Case> check) {
    return CASES.stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.name(),
                    () -> {
                      try (PointerScope scope = new PointerScope()) {
                        check.accept(one);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> recordedAndForManyTargetsTheyAreTheSame() {
    return each(
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
    return each(
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

  @TestFactory
  Stream<DynamicTest> otherPrecisionsComeClose() {
    return each(
        one -> {
          for (ScalarType dtype : List.of(ScalarType.Float, ScalarType.Half, ScalarType.BFloat16)) {
            try (Module wide = one.module().get();
                Module narrow = one.module().get();
                RemovableHandle wideRule = one.rule().register(wide);
                RemovableHandle narrowRule = one.rule().register(narrow)) {
              narrow.to(dtype);
              Tensor[] expected = relevances(one, wide, ScalarType.Double, Tensor::detach);
              Tensor[] actual = relevances(one, narrow, dtype, Tensor::detach);
              for (int i = 0; i < expected.length; i++) {
                assertEquals(dtype, actual[i].scalar_type().intern());
                Tensor found = actual[i].to(ScalarType.Double);
                assertTrue(found.isfinite().all().item_bool(), dtype + " is finite");
                if (dtype == ScalarType.Float) {
                  Numeric.assertClose(expected[i], found, 1e-4, "input " + i);
                } else {
                  // The sign of a denominator near zero may change with the rounding.
                  assertTrue(alike(expected[i], found), dtype + ", input " + i);
                }
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> halfTypesKeepTheirDigitsWhereNoDenominatorIsNearZero() {
    return each(
        one -> {
          for (ScalarType dtype : List.of(ScalarType.Half, ScalarType.BFloat16)) {
            try (Module wide = one.module().get();
                Module narrow = one.module().get();
                RemovableHandle wideRule = one.rule().register(wide);
                RemovableHandle narrowRule = one.rule().register(narrow)) {
              for (Module module : List.of(wide, narrow)) {
                awayFromZero(module);
              }
              narrow.to(dtype);
              Tensor[] expected = relevances(one, wide, ScalarType.Double, Tensor::abs);
              Tensor[] actual = relevances(one, narrow, dtype, Tensor::abs);
              for (int i = 0; i < expected.length; i++) {
                Numeric.assertClose(
                    expected[i],
                    actual[i].to(ScalarType.Double),
                    dtype == ScalarType.Half ? 0.01 : 0.05,
                    dtype + ", input " + i);
              }
            }
          }
        });
  }

  /** Positive parameters that half types hold, and outputs of norms that are no small ones. */
  private static void awayFromZero(Module module) {
    module
        .named_parameters()
        .forEach(
            (name, parameter) -> {
              Tensor values = parameter.detach();
              values.abs_();
              if (name.equals("bias")) {
                values.add_(new Scalar(4.0));
              }
              values.copy_(values.to(ScalarType.BFloat16));
            });
  }

  /** Whether two relevances point in much the same direction, or both are nothing. */
  private static boolean alike(Tensor expected, Tensor found) {
    double product = expected.mul(found).sum().item_double();
    double lengths =
        Math.sqrt(expected.square().sum().item_double() * found.square().sum().item_double());
    return lengths == 0 ? expected.equal(found) : product / lengths > 0.5;
  }

  private static Tensor[] relevances(
      Case one, Module module, ScalarType dtype, UnaryOperator<Tensor> drawn) {
    // Values that every type holds.
    Tensor[] inputs =
        Arrays.stream(one.inputs())
            .map(input -> drawn.apply(input.detach()))
            .map(input -> input.to(ScalarType.BFloat16).to(dtype).requires_grad_(true))
            .toArray(Tensor[]::new);
    Tensor[] constants =
        Arrays.stream(one.constants().get())
            .map(mask -> mask.scalar_type().intern() == ScalarType.Bool ? mask : mask.to(dtype))
            .toArray(Tensor[]::new);
    Tensor output =
        module.forward(
            Stream.concat(Arrays.stream(inputs), Arrays.stream(constants)).toArray(Tensor[]::new));
    Tensor upper = drawn.apply(Numeric.normal(1, output.shape())).to(ScalarType.BFloat16).to(dtype);
    return Autograd.grad(new Tensor[] {output}, inputs, new Tensor[] {upper});
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
      ScaledDotProductAttention dropping = new ScaledDotProductAttention(options().dropout_p(0.5));
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
