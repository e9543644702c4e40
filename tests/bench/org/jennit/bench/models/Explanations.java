package org.jennit.bench.models;

import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Gradient;
import org.jennit.canonizers.Canonizers;
import org.jennit.composites.AttnLRP;
import org.jennit.composites.CPLRP;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.DeconvNet;
import org.jennit.composites.EpsilonAlpha2Beta1;
import org.jennit.composites.EpsilonAlpha2Beta1Flat;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.EpsilonPlusFlat;
import org.jennit.composites.ExcitationBackprop;
import org.jennit.composites.GuidedBackprop;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Denormals;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Module;

/**
 * What is timed, by the names of the table of ratios. A composite is registered and taken back
 * within the time, canonizers included: that is what one heatmap costs.
 */
public final class Explanations {
  /** What all others are compared with. */
  public static final String GRADIENT = "gradient";

  private Explanations() {}

  /**
   * @param name of the table
   * @param model whose canonizers are used, a name of torchvision
   * @param input (N, 3, H, W)
   */
  static Runnable of(String name, String model, Module network, Tensor input) {
    return switch (name) {
      case "EpsilonPlus_10_targets" -> targets(model, network, input, 10);
      case "softplus_second_order" -> secondOrder(network, input);
      case "softplus_second_order_flushed" -> flushed(secondOrder(network, input));
      default -> relevance(attributor(name, model, network), input);
    };
  }

  /** Of the gradient, or of a composite by its name. */
  static Gradient attributor(String name, String model, Module network) {
    return name.equals(GRADIENT)
        ? new Gradient(network)
        : new Gradient(network, composite(name, model));
  }

  static Composite composite(String name, String model) {
    CompositeOptions options = new CompositeOptions();
    if (!model.equals(ModelState.GPT2) && !model.equals(ModelState.DIGITS)) {
      options.canonizers(Canonizers.of(model));
    }
    return switch (name) {
      case "EpsilonPlus" -> new EpsilonPlus(options);
      case "EpsilonPlusFlat" -> new EpsilonPlusFlat(options);
      case "EpsilonGammaBox" -> new EpsilonGammaBox(options.low(-3).high(3));
      case "EpsilonAlpha2Beta1" -> new EpsilonAlpha2Beta1(options);
      case "EpsilonAlpha2Beta1Flat" -> new EpsilonAlpha2Beta1Flat(options);
      case "AttnLRP" -> new AttnLRP(options);
      case "CPLRP" -> new CPLRP(options);
      case "DeconvNet" -> new DeconvNet(options);
      case "ExcitationBackprop" -> new ExcitationBackprop(options);
      case "GuidedBackprop" -> new GuidedBackprop(options);
      default -> throw new IllegalArgumentException("there is no explanation '" + name + "'");
    };
  }

  static Runnable relevance(Gradient attributor, Tensor input) {
    return () -> attributor.apply(input, 0).close();
  }

  /** Of the first image. */
  static Runnable targets(String model, Module network, Tensor input, int count) {
    Gradient attributor = new Gradient(network, composite("EpsilonPlus", model));
    long[] targets = LongStream.range(0, count).toArray();
    Tensor image = input.narrow(0, 0, 1);
    return () -> attributor.targets(image, targets).close();
  }

  /** Without numbers that are almost zero, of which the second derivative of a Softplus is full. */
  private static Runnable flushed(Runnable explanation) {
    return () -> {
      Denormals.set_flush_denormal(true);
      explanation.run();
      Denormals.set_flush_denormal(false);
    };
  }

  /** The derivative of a loss on the gradient of the Softplus network, for the first two images. */
  private static Runnable secondOrder(Module network, Tensor input) {
    Composite softplus = new Composite(List.of(new SoftplusCanonizer(10)));
    Tensor images = input.narrow(0, 0, 2);
    return () -> {
      try (PointerScope temporaries = new PointerScope();
          CompositeContext context = softplus.context(network)) {
        Tensor point = images.detach().requires_grad_(true);
        Tensor output = context.model().forward(point);
        Tensor target = torch.zeros_like(output.detach());
        target.select(1, 0).fill_(new Scalar(1.0));
        Tensor relevance = Autograd.grad(output, point, target, Autograd.CREATE_GRAPH);
        Tensor loss = relevance.sub(point.detach()).pow(new Scalar(2)).mean();
        Autograd.grad(loss, point).close();
      }
    };
  }
}
