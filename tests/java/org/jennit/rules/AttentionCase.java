package org.jennit.rules;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Add;
import org.jennit.nn.GroupNorm;
import org.jennit.nn.InstanceNorm2d;
import org.jennit.nn.InstanceNormOptions;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.MatMul;
import org.jennit.nn.Module;
import org.jennit.nn.Mul;
import org.jennit.nn.RMSNorm;
import org.jennit.nn.ScaledDotProductAttention;
import org.jennit.nn.ScaledDotProductAttentionOptions;
import org.jennit.nn.Softmax;
import org.junit.jupiter.api.DynamicTest;

/**
 * A layer of transformers under a rule, and what it is called with.
 *
 * @param constants what follows the inputs that get relevance
 */
@SuppressWarnings("ArrayRecordComponent")
record AttentionCase(
    String name,
    Supplier<? extends Module> module,
    Hook rule,
    Supplier<Tensor[]> constants,
    long[]... shapes) {
  private static final Stabilizer EPSILON = new Stabilizer(0.1);

  private static AttentionCase of(
      String name, Supplier<? extends Module> module, Hook rule, long[]... shapes) {
    return new AttentionCase(name, module, rule, () -> new Tensor[0], shapes);
  }

  private static AttentionCase attention(
      String name,
      ScaledDotProductAttentionOptions options,
      AttentionWeights weights,
      Supplier<Tensor[]> mask,
      long sharedHeads) {
    return new AttentionCase(
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

  private static final List<AttentionCase> CASES =
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
              AttentionCase::forbidding,
              2),
          attention(
              "attention, a query that sees no key",
              options(),
              AttentionWeights.TAYLOR,
              AttentionCase::blind,
              2));

  /** A test of each. */
  static Stream<DynamicTest> each(java.util.function.Consumer<AttentionCase> check) {
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
