package org.jennit.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.ConservationReport;
import org.jennit.attribution.Gradient;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.demo.Digits;
import org.jennit.demo.DigitsNet;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.nn.Module;

/** Entries to write reports of. */
final class Samples {
  private Samples() {}

  /** A digit of the test set with its real relevance, scores and conservation. */
  static PictureEntry digit(int index) {
    try (PointerScope scope = new PointerScope();
        Digits digits = Digits.load();
        Module model = DigitsNet.pretrained()) {
      Tensor image = digits.test_images().narrow(0, index, 1);
      Tensor output = model.forward(image);
      int answer = (int) output.argmax().item_long();
      EpsilonGammaBox composite = new EpsilonGammaBox(new CompositeOptions().low(0).high(1));
      ConservationReport conservation = ConservationReport.of(model, composite, image, answer);
      float[] relevance;
      try (Gradient attributor = new Gradient(model, composite)) {
        relevance = floats(attributor.apply(image, answer).relevance());
      }
      float[] scores = floats(output);
      List<Prediction> predictions =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted((a, b) -> Float.compare(scores[b], scores[a]))
              .limit(5)
              .map(i -> new Prediction("digit " + i, scores[i], i == answer))
              .toList();
      BufferedImage input =
          Image.imgify(image.squeeze(), ImgifyOptions.defaults().withCmap("gray"))
              .toBufferedImage();
      return new PictureEntry(
          "digit-" + index + ".png", input, rows(relevance, 28), predictions, conservation);
    }
  }

  /** A photo of the test data with where its brightness changes in place of relevance. */
  static PictureEntry photo(String name, List<Prediction> predictions) throws IOException {
    File file = Path.of(System.getProperty("jennit.data", "tests/data"), "photos", name).toFile();
    BufferedImage full = ImageIO.read(file);
    BufferedImage input = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
    int side = Math.min(full.getWidth(), full.getHeight());
    int left = (full.getWidth() - side) / 2;
    Graphics2D graphics = input.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(full, 0, 0, 224, 224, left, 0, left + side, side, null);
    graphics.dispose();
    float[][] relevance = new float[224][224];
    for (int row = 1; row < 223; row++) {
      for (int column = 1; column < 223; column++) {
        relevance[row][column] =
            (2 * green(input, row, column)
                    - green(input, row - 1, column - 1)
                    - green(input, row + 1, column + 1))
                * 1e-4f;
      }
    }
    return new PictureEntry(name, input, relevance, predictions, null);
  }

  private static int green(BufferedImage image, int row, int column) {
    return image.getRGB(column, row) >> 8 & 0xff;
  }

  /** An entry without predictions whose input is all black. */
  static PictureEntry plain(String name, float[][] relevance) {
    return new PictureEntry(
        name,
        new BufferedImage(
            Math.max(1, relevance[0].length), relevance.length, BufferedImage.TYPE_BYTE_GRAY),
        relevance,
        List.of(),
        null);
  }

  /** Normally distributed values with some of exactly zero. */
  static float[][] noise(int rows, int columns, long seed) {
    Random random = new Random(seed);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = random.nextInt(8) == 0 ? 0 : (float) random.nextGaussian();
      }
    }
    return values;
  }

  static Tensor tensor(float[][] values) {
    float[] flat = new float[values.length * values[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values[i / values[0].length][i % values[0].length];
    }
    return Tensor.create(flat, values.length, values[0].length);
  }

  private static float[] floats(Tensor tensor) {
    Tensor contiguous = tensor.detach().to(torch.ScalarType.Float).contiguous();
    float[] values = new float[(int) contiguous.numel()];
    contiguous.data_ptr_float().get(values);
    return values;
  }

  private static float[][] rows(float[] values, int columns) {
    float[][] rows = new float[values.length / columns][columns];
    for (int i = 0; i < values.length; i++) {
      rows[i / columns][i % columns] = values[i];
    }
    return rows;
  }
}
