package org.jennit.rules;

import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.BasicHook;
import org.jennit.core.Hook;
import org.jennit.core.ParamMod;
import org.jennit.core.Stabilizer;

/** Rules as a user would write them in Java. */
final class JavaRules {
  private JavaRules() {}

  private static Tensor positive(Tensor x) {
    return x.clamp_min(new Scalar(0.0));
  }

  private static Tensor negative(Tensor x) {
    return x.clamp_max(new Scalar(0.0));
  }

  static Hook epsilon(Stabilizer epsilon, List<String> zero_params) {
    return new BasicHook(
        null,
        List.of(new NoMod(zero_params)),
        null,
        (upper, outputs) -> new Tensor[] {upper.div(epsilon.apply(outputs[0]))},
        (inputs, gradients) -> inputs[0].mul(gradients[0]));
  }

  /** Epsilon of any number of inputs, which BasicHook multiplies with their gradients itself. */
  static Hook epsilon(Stabilizer stabilizer) {
    return new BasicHook(
        null,
        null,
        null,
        (above, outputs) -> new Tensor[] {above.div(stabilizer.apply(outputs[0]))},
        null);
  }

  /** What favours the output's sign; biases count once. */
  static Hook gamma(double gamma, Stabilizer stabilizer, List<String> zero_params) {
    List<String> noBias = withBias(zero_params);
    return new BasicHook(
        List.of(
            JavaRules::positive,
            JavaRules::negative,
            JavaRules::positive,
            JavaRules::negative,
            UnaryOperator.identity()),
        List.of(
            new GammaMod(gamma, 0.0, null, zero_params),
            new GammaMod(gamma, null, 0.0, noBias),
            new GammaMod(gamma, null, 0.0, zero_params),
            new GammaMod(gamma, 0.0, null, noBias),
            new NoMod()),
        null,
        (upper, outputs) -> {
          Tensor zero = torch.zeros_like(upper);
          Tensor above =
              upper
                  .mul(outputs[4].gt(new Scalar(0.0)))
                  .div(stabilizer.apply(outputs[0].add(outputs[1])));
          Tensor below =
              upper
                  .mul(outputs[4].lt(new Scalar(0.0)))
                  .div(stabilizer.apply(outputs[2].add(outputs[3])));
          return new Tensor[] {above, above, below, below, zero};
        },
        (inputs, gradients) -> sumOfProducts(inputs, gradients, 4));
  }

  static Hook zplus(Stabilizer stabilizer, List<String> zero_params) {
    return new BasicHook(
        List.of(JavaRules::positive, JavaRules::negative),
        List.of(
            new ClampMod(0.0, null, zero_params), new ClampMod(null, 0.0, withBias(zero_params))),
        Collections.nCopies(2, UnaryOperator.identity()),
        (upper, outputs) -> {
          Tensor quotient = upper.div(stabilizer.apply(outputs[0].add(outputs[1])));
          return new Tensor[] {quotient, quotient};
        },
        (inputs, gradients) -> sumOfProducts(inputs, gradients, 2));
  }

  /** The bounds come from input modifiers that do not look at the input. */
  static Hook zbox(Tensor low, Tensor high, Stabilizer stabilizer, List<String> zero_params) {
    return new BasicHook(
        List.of(
            UnaryOperator.identity(),
            input -> low.expand_as(input),
            input -> high.expand_as(input)),
        List.<ParamMod>of(
            new NoMod(zero_params),
            new ClampMod(0.0, null, zero_params),
            new ClampMod(null, 0.0, zero_params)),
        null,
        (upper, outputs) -> {
          Tensor quotient = upper.div(stabilizer.apply(outputs[0].sub(outputs[1]).sub(outputs[2])));
          return new Tensor[] {quotient, quotient, quotient};
        },
        (inputs, gradients) ->
            inputs[0]
                .mul(gradients[0])
                .sub(inputs[1].mul(gradients[1]))
                .sub(inputs[2].mul(gradients[2])));
  }

  private static List<String> withBias(List<String> zero_params) {
    return zero_params.contains("bias")
        ? zero_params
        : java.util.stream.Stream.concat(zero_params.stream(), java.util.stream.Stream.of("bias"))
            .toList();
  }

  private static Tensor sumOfProducts(Tensor[] inputs, Tensor[] gradients, int count) {
    Tensor sum = inputs[0].mul(gradients[0]);
    for (int i = 1; i < count; i++) {
      sum = sum.add(inputs[i].mul(gradients[i]));
    }
    return sum;
  }
}
