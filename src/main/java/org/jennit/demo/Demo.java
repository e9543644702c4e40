package org.jennit.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.nn.Module;

/**
 * Explains digits with the network that ships with the project and writes the pictures: {@code Demo
 * [FOLDER]}, by default {@code target/demo}.
 */
public final class Demo {
  private static final int DIGITS = 10;

  private Demo() {}

  public static void main(String[] arguments) {
    run(Path.of(arguments.length > 0 ? arguments[0] : "target/demo"), System.out::println);
  }

  /**
   * Writes the pictures into {@code folder} and says what they are.
   *
   * @param out gets the lines that it says
   */
  public static void run(Path folder, Consumer<String> out) {
    try (PointerScope scope = new PointerScope();
        Digits digits = Digits.load();
        Module model = DigitsNet.pretrained()) {
      double accuracy = DigitsNet.accuracy(model, digits.test_images(), digits.test_labels());
      out.accept(
          String.format(
              Locale.ROOT,
              "The network reads %.1f%% of the 1,000 test digits right.",
              100 * accuracy));
      Tensor images = firstOfEach(digits);
      ImgifyOptions signed =
          ImgifyOptions.defaults().withSymmetric(true).withCmap("coldnhot").withGrid(1, DIGITS);
      ImgifyOptions unsigned = ImgifyOptions.defaults().withCmap("hot").withGrid(1, DIGITS);

      save(
          images,
          ImgifyOptions.defaults().withCmap("gray").withGrid(1, DIGITS),
          folder,
          "input",
          out);
      save(relevance(model, images), signed, folder, "relevance", out);
      recipe(model, images, folder, signed, unsigned, out);
      Gallery.write(model, images, folder);
      out.accept("wrote " + folder.resolve("rules") + " and " + folder.resolve("composites"));
    }
  }

  /** One test digit of each class, 10 x 1 x 28 x 28. */
  private static Tensor firstOfEach(Digits digits) {
    long[] first = new long[DIGITS];
    for (int digit = 0; digit < DIGITS; digit++) {
      first[digit] =
          digits
              .test_labels()
              .eq(new Scalar(digit))
              .to(torch.ScalarType.Int)
              .argmax()
              .item()
              .toLong();
    }
    return digits.test_images().index_select(0, torch.tensor(first));
  }

  /** What the network's own answer for each digit rests on, by layer-wise relevance propagation. */
  private static Tensor relevance(Module model, Tensor images) {
    Composite composite = new EpsilonGammaBox(new CompositeOptions().low(0).high(1));
    try (CompositeContext context = composite.context(model)) {
      Tensor input = images.clone().requires_grad_(true);
      Tensor output = model.forward(input);
      return Autograd.grad(output, input, chosen(output)).sum(1);
    }
  }

  /**
   * The recipe that started the project: every ReLU becomes a Softplus while the attribution runs,
   * and the relevance is differentiated a second time, towards an explanation that looks like the
   * input.
   */
  private static void recipe(
      Module model,
      Tensor images,
      Path folder,
      ImgifyOptions signed,
      ImgifyOptions unsigned,
      Consumer<String> out) {
    Composite composite = new Composite(List.of(new SoftplusCanonizer(10)));
    try (CompositeContext context = composite.context(model)) {
      Tensor input = images.clone().requires_grad_(true);
      Tensor output = model.forward(input);
      Tensor relevance = Autograd.grad(output, input, chosen(output), Autograd.CREATE_GRAPH);
      Tensor loss = relevance.sub(input.detach()).pow(new Scalar(2)).mean();
      Tensor adversarial = Autograd.grad(loss, input);
      save(relevance.detach().sum(1), signed, folder, "softplus", out);
      save(adversarial.abs().sum(1), unsigned, folder, "adversarial", out);
    }
  }

  /** One-hot at each sample's largest output. */
  static Tensor chosen(Tensor output) {
    return torch
        .one_hot(output.argmax(new LongOptional(1), false), DIGITS)
        .to(output.scalar_type());
  }

  private static void save(
      Tensor pictures, ImgifyOptions options, Path folder, String name, Consumer<String> out) {
    Path file = folder.resolve(name + ".png");
    Image.imgify(pictures.dim() == 4 ? pictures.squeeze(1) : pictures, options).save(file);
    out.accept("wrote " + file);
  }
}
