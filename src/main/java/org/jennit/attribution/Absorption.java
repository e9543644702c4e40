package org.jennit.attribution;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.nn.Layer;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sum;
import org.jennit.types.AvgPool;
import org.jennit.types.MaxPool;

/**
 * Where the relevance went that a module took in and did not hand on. The bias of a linear layer is
 * one input more, of the value one: its share is what the rule itself would hand to that input. The
 * stabilizer's share is the rest.
 *
 * @param bias for Epsilon, {@code sum(s b)} with {@code s = R / stabilized(z + b)}
 * @param stabilizer for Epsilon, {@code sum(s (stabilized(z + b) - z - b))}
 * @param other what neither explains, and all of it for rules and modules that this class does not
 *     know
 */
record Absorption(double bias, double stabilizer, double other) {
  // How far the rule's answer may be from what it answered in the attribution, in relation to the
  // relevance.
  private static final double AGREEMENT = 1e-3;
  private static final Set<String> BIAS_FREE = Set.of("ZBox", "Flat");
  private static final Set<String> BY_CONTRIBUTIONS =
      Set.of("Epsilon", "Norm", "ZPlus", "AlphaBeta", "Gamma");
  private static final Set<String> HOMOGENEOUS = Set.of("Epsilon", "Norm", "Flat");

  /**
   * @param missing relevance in minus relevance out
   * @param out relevance out
   */
  static Absorption of(ConservationTrace.Call call, double missing, double out) {
    String rule = call.hook.name();
    if (!isLinear(call.module)) {
      boolean known = HOMOGENEOUS.contains(rule) && isHomogeneous(call.module);
      return known ? new Absorption(0, missing, 0) : new Absorption(0, 0, missing);
    }
    if (BIAS_FREE.contains(rule)) {
      return new Absorption(0, missing, 0);
    }
    Contributions parts = new Contributions(call);
    if (rule.equals("WSquare")) {
      double bias = parts.squaredBias();
      return new Absorption(bias, missing - bias, 0);
    }
    if (!BY_CONTRIBUTIONS.contains(rule)) {
      return new Absorption(0, 0, missing);
    }
    // A rule may take the bias as zero: what it answered tells.
    double[] with = parts.shares(true);
    double[] without = parts.shares(false);
    double[] shares = error(with, out) <= error(without, out) ? with : without;
    if (error(shares, out) > AGREEMENT * parts.relevance.abs().sum().item_double()) {
      return new Absorption(0, 0, missing);
    }
    double dropped = rule.equals("Gamma") ? parts.atZero() : 0;
    return new Absorption(shares[2], missing - shares[2] - dropped, dropped);
  }

  private static double error(double[] shares, double out) {
    return Math.abs(shares[0] + shares[1] - out);
  }

  private static boolean isLinear(Module module) {
    return module instanceof Layer && module instanceof org.jennit.types.Linear;
  }

  private static boolean isHomogeneous(Module module) {
    return module instanceof AvgPool || module instanceof MaxPool || module instanceof Sum;
  }

  /** A linear layer's call in double precision. */
  private static final class Contributions {
    final Tensor relevance;
    private final Module module;
    private final Hook hook;
    private final Tensor input;
    private final Tensor output;
    private final Tensor weight;
    private final Tensor bias;
    // The sums of the positive and of the negative contributions to each output, when asked for.
    private Tensor above;
    private Tensor below;

    Contributions(ConservationTrace.Call call) {
      module = call.module;
      hook = call.hook;
      input = exact(call.inputs.get(0));
      output = exact(call.outputs.get(0));
      relevance = exact(call.relevanceOfOutputs.get(0));
      weight = exact(module.get_parameter("weight"));
      Tensor own = module.get_parameter("bias");
      bias = own == null ? null : exact(own);
    }

    private static Tensor exact(Tensor tensor) {
      return tensor.detach().to(torch.ScalarType.Double);
    }

    private Tensor product(Tensor x, Tensor w) {
      return forward(x, w, bias == null ? null : torch.zeros_like(bias));
    }

    private Tensor biasOfOutput() {
      if (bias == null) {
        return torch.zeros_like(output);
      }
      // All samples have the same.
      boolean batched = input.dim() >= weight.dim();
      Tensor sample = batched ? input.narrow(0, 0, 1) : input;
      return forward(torch.zeros_like(sample), weight, bias).expand_as(output);
    }

    private Tensor forward(Tensor x, Tensor w, Tensor b) {
      Map<String, Tensor> parameters = new HashMap<>(Map.of("weight", w));
      if (b != null) {
        parameters.put("bias", b);
      }
      return module.forward_with(parameters, x)[0];
    }

    private static Tensor positive(Tensor tensor) {
      return tensor.clamp_min(new Scalar(0.0));
    }

    private static Tensor negative(Tensor tensor) {
      return tensor.clamp_max(new Scalar(0.0));
    }

    private void sumContributions() {
      if (above == null) {
        Tensor x = positive(input);
        above = product(x, positive(weight));
        below = product(x, negative(weight));
        x = negative(input);
        if (x.any().item_bool()) {
          above = above.add(product(x, negative(weight)));
          below = below.add(product(x, positive(weight)));
        }
      }
    }

    /**
     * What the rule hands to the positive contributions, the negative ones and the bias of each
     * output, when they are the three inputs of a layer that sums them.
     */
    double[] shares(boolean biased) {
      sumContributions();
      Tensor constant = biased ? biasOfOutput() : torch.zeros_like(output);
      try (AutoGradMode recording = new AutoGradMode(true);
          Linear sum = new Linear(3, 1, false);
          RemovableHandle handle = hook.copy().register(sum)) {
        sum.load_state_dict(Map.of("weight", torch.ones(1, 3)));
        sum.to(torch.ScalarType.Double);
        Tensor inputs =
            torch.stack(new TensorVector(above, below, constant), -1).requires_grad_(true);
        Tensor shares =
            Autograd.grad(sum.forward(inputs), inputs, relevance.unsqueeze(-1))
                .reshape(-1, 3)
                .sum(0);
        return new double[] {
          shares.select(0, 0).item_double(),
          shares.select(0, 1).item_double(),
          shares.select(0, 2).item_double()
        };
      }
    }

    /** The relevance of outputs that are zero, which Gamma hands to nobody. */
    double atZero() {
      return relevance.mul(output.eq(new Scalar(0.0))).sum().item_double();
    }

    /**
     * The share of b² beside the sum V of the squared weights: {@code s b²}, with {@code s = R c /
     * V} where c is the part of R that the rule hands on.
     */
    double squaredBias() {
      if (bias == null) {
        return 0;
      }
      Tensor part = partHandedOn();
      Tensor squares = product(torch.ones_like(input), weight.square());
      Tensor squaredBias = biasOfOutput().square();
      Tensor denominator = squares.div(part);
      // A rule that takes the bias as zero divides by V alone.
      double with =
          denominator.sub(squares.add(squaredBias)).abs().nan_to_num().sum().item_double();
      double without = denominator.sub(squares).abs().nan_to_num().sum().item_double();
      return with <= without
          ? relevance.mul(squaredBias).div(denominator).nan_to_num().sum().item_double()
          : 0;
    }

    private Tensor partHandedOn() {
      try (AutoGradMode recording = new AutoGradMode(true)) {
        Tensor x = input.to(module.get_parameter("weight").scalar_type()).requires_grad_(true);
        Tensor upper = torch.ones_like(output).to(x.scalar_type()).requires_grad_(true);
        Tensor handed = Autograd.grad(module.forward(x), x, upper, Autograd.CREATE_GRAPH);
        return exact(Autograd.grad(handed.sum(), upper));
      }
    }
  }
}
