package org.jennit.report;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.report.Appearance.Norm;

/** Relevance as the page needs it. Its smallest and largest value are those of its finite ones. */
final class Heatmap {
  private final int rows;
  private final int columns;
  private final float[] values;
  private final float min;
  private final float max;
  // How many values are NaN or infinite.
  private final int blanks;

  Heatmap(float[][] relevance) {
    rows = relevance.length;
    columns = relevance[0].length;
    values = new float[Math.multiplyExact(rows, columns)];
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    int infinite = 0;
    for (int i = 0; i < values.length; i++) {
      float value = relevance[i / columns][i % columns];
      values[i] = value;
      if (Float.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      } else {
        infinite++;
      }
    }
    blanks = infinite;
    min = blanks < values.length ? low : 0;
    max = blanks < values.length ? high : 0;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  /**
   * What stands beside an entry's name, as HTML.
   *
   * @param size of the heatmap, where it is worth a word; may be empty
   */
  List<String> facts(String size) {
    List<String> facts = new ArrayList<>();
    facts.add(
        "relevance "
            + (size.isEmpty() ? "" : size + ", ")
            + (min == 0 && max == 0
                ? "<strong>zero everywhere</strong>"
                : Html.number(min) + " to " + Html.number(max)));
    facts.add("sum " + Html.number(sum()));
    if (blanks > 0) {
      facts.add("<strong>" + blanks + " not finite, left blank</strong>");
    }
    return facts;
  }

  /** The sum of the values that are finite. */
  private double sum() {
    double sum = 0;
    for (float value : values) {
      sum += Float.isFinite(value) ? value : 0;
    }
    return sum;
  }

  /** The values row by row: float32, little-endian, in base64. */
  String base64() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** The picture of a page that cannot paint: what its canvas would show at first. */
  BufferedImage paint(Appearance appearance) {
    float[] shown = new float[values.length];
    for (int i = 0; i < shown.length; i++) {
      float value = Float.isFinite(values[i]) ? values[i] : 0;
      shown[i] = appearance.norm() == Norm.ABSOLUTE ? Math.abs(value) : value;
    }
    float peak = Math.max(Math.abs(min), Math.abs(max));
    ImgifyOptions options =
        ImgifyOptions.defaults()
            .withCmap(appearance.cmap())
            .withLevel(appearance.level())
            .withVmin(
                switch (appearance.norm()) {
                  case SYMMETRIC -> -peak;
                  case ABSOLUTE -> 0;
                  case UNALIGNED -> min;
                })
            .withVmax(appearance.norm() == Norm.UNALIGNED ? max : peak);
    try (PointerScope temporaries = new PointerScope()) {
      BufferedImage picture =
          Image.imgify(Tensor.create(shown, rows, columns), options).toBufferedImage();
      return blanks == 0 ? picture : withoutBlanks(picture);
    }
  }

  private BufferedImage withoutBlanks(BufferedImage picture) {
    BufferedImage clear = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < values.length; i++) {
      if (Float.isFinite(values[i])) {
        clear.setRGB(i % columns, i / columns, picture.getRGB(i % columns, i / columns));
      }
    }
    return clear;
  }
}
