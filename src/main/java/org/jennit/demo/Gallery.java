package org.jennit.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.composites.LayerMapComposite;
import org.jennit.composites.SpecialFirstLayerMapComposite;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.rules.AlphaBeta;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Gamma;
import org.jennit.rules.Pass;
import org.jennit.rules.ReLUBetaSmooth;
import org.jennit.rules.ReLUDeconvNet;
import org.jennit.rules.ReLUGuidedBackprop;
import org.jennit.rules.WSquare;
import org.jennit.rules.ZBox;
import org.jennit.rules.ZPlus;
import org.jennit.types.Convolution;

/**
 * The pictures of the documentation: what each rule and each composite says of the same ten digits.
 */
final class Gallery {
  private static final int ZOOM = 2;

  private Gallery() {}

  /** Writes {@code rules/NAME.png} and {@code composites/NAME.png} below {@code folder}. */
  static void write(Module model, Tensor images, Path folder) {
    rules().forEach((name, each) -> paint(model, images, each, folder.resolve("rules"), name));
    Composites.all()
        .forEach(
            (name, make) -> {
              Composite each =
                  make.apply(new CompositeOptions().low(0).high(1).conv_gamma(0.25).lin_gamma(0.1));
              paint(model, images, each, folder.resolve("composites"), name);
            });
  }

  /** Each rule where it belongs, with Epsilon for dense layers and Pass for activations. */
  private static Map<String, Composite> rules() {
    Map<String, Composite> rules = new LinkedHashMap<>();
    rules.put("Epsilon", everywhere(new Epsilon()));
    rules.put("ZPlus", everywhere(new ZPlus()));
    rules.put("Gamma", everywhere(new Gamma(0.25)));
    rules.put("AlphaBeta", everywhere(new AlphaBeta(2, 1)));
    rules.put("ZBox", first(new ZBox(0, 1)));
    rules.put("WSquare", first(new WSquare()));
    rules.put("Flat", first(new Flat()));
    rules.put("ReLUGuidedBackprop", activations(new ReLUGuidedBackprop()));
    rules.put("ReLUDeconvNet", activations(new ReLUDeconvNet()));
    rules.put("ReLUBetaSmooth", activations(new ReLUBetaSmooth()));
    rules.put("Pass", activations(new Pass()));
    return rules;
  }

  private static Composite everywhere(Hook convolution) {
    return new LayerMapComposite(lines(convolution));
  }

  private static Composite first(Hook convolution) {
    return new SpecialFirstLayerMapComposite(
        lines(new ZPlus()), List.of(new LayerMapComposite.Entry(Convolution.class, convolution)));
  }

  private static List<LayerMapComposite.Entry> lines(Hook convolution) {
    return List.of(
        new LayerMapComposite.Entry(ReLU.class, new Pass()),
        new LayerMapComposite.Entry(Convolution.class, convolution),
        new LayerMapComposite.Entry(Linear.class, new Epsilon()));
  }

  private static Composite activations(Hook rule) {
    return new LayerMapComposite(List.of(new LayerMapComposite.Entry(ReLU.class, rule)))
        .coverage(Coverage.IGNORE);
  }

  private static void paint(
      Module model, Tensor images, Composite composite, Path folder, String name) {
    try (PointerScope scope = new PointerScope();
        CompositeContext context = composite.context(model)) {
      Tensor input = images.clone().requires_grad_(true);
      Tensor output = model.forward(input);
      Tensor heatmaps = Autograd.grad(output, input, Demo.chosen(output)).sum(1);
      ImgifyOptions options =
          ImgifyOptions.defaults()
              .withSymmetric(true)
              .withCmap("coldnhot")
              .withGrid(1, (int) images.size(0));
      Image.imgify(zoomed(heatmaps), options).save(folder.resolve(name + ".png"));
    }
  }

  /** Each pixel as a square of several. */
  private static Tensor zoomed(Tensor heatmaps) {
    LongOptional all = new LongOptional();
    return heatmaps
        .repeat_interleave(ZOOM, new LongOptional(1), all)
        .repeat_interleave(ZOOM, new LongOptional(2), all);
  }
}
