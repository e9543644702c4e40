package org.jennit.explain;

import static org.jennit.explain.SettingException.refuse;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jennit.explain.PictureSettings.RelevanceNorm;
import org.jennit.image.ColorMap;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.internal.Scoped;
import org.jennit.internal.Tensors;
import org.jennit.report.Appearance;

/** Paints relevance. Does not load native code before it paints. */
public final class HeatmapPainter {
  private final RelevanceNorm norm;
  private final String cmap;
  private final ImgifyOptions imgify;
  private final Double overlay;

  /**
   * @throws SettingException naming the one that is wrong
   */
  public HeatmapPainter(PictureSettings settings) {
    Objects.requireNonNull(settings, "settings is null");
    norm = settings.relevanceNorm();
    overlay = settings.overlay();
    refuse(
        overlay != null && !(overlay >= 0 && overlay <= 1),
        "overlay",
        "must be from 0 to 1, not " + overlay);
    cmap = settings.cmap() != null ? settings.cmap() : defaultMap(norm);
    ImgifyOptions colours =
        ImgifyOptions.defaults().withCmap(SettingException.of("cmap", () -> ColorMap.of(cmap)));
    ImgifyOptions levelled =
        SettingException.of("level", () -> colours.withLevel(settings.level()))
            .withSymmetric(norm == RelevanceNorm.symmetric);
    imgify = norm == RelevanceNorm.absolute ? levelled.withVmin(0) : levelled;
  }

  /** How a report is to look at first, so that it looks as these pictures do. */
  public Appearance appearance() {
    return Appearance.defaults()
        .withCmap(cmap)
        .withLevel(imgify.level())
        .withNorm(Appearance.Norm.valueOf(norm.name().toUpperCase(Locale.ROOT)))
        .withOverlay(overlay == null ? 1 : overlay);
  }

  private static String defaultMap(RelevanceNorm norm) {
    return norm == RelevanceNorm.absolute ? "hot" : "coldnhot";
  }

  /**
   * Relevance as a plane of rows and columns: channels are summed; what has no rows is one row. The
   * caller's scope owns it.
   *
   * @param relevance of one sample, any number of dimensions, on the CPU
   */
  public static Tensor plane(Tensor relevance) {
    Tensors.require("relevance", relevance);
    return Scoped.tensor(
        () ->
            switch ((int) relevance.dim()) {
              case 0, 1 -> relevance.reshape(1, -1);
              case 2 -> relevance.clone();
              default ->
                  relevance
                      .reshape(-1, relevance.size(-2), relevance.size(-1))
                      .sum(new long[] {0}, false, new ScalarTypeOptional());
            });
  }

  /**
   * The picture of one sample's relevance.
   *
   * @param relevance of any number of dimensions, on the CPU; of floating point for the overlay
   * @param input what the model saw, height x width x 3 bytes, for the overlay; relevance of
   *     another size is enlarged to it, unless it is a single row
   * @throws IllegalArgumentException where they have other shapes or dtypes, or no values
   */
  public Image paint(Tensor relevance, Tensor input) {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor plane = plane(relevance);
      Tensor values = norm == RelevanceNorm.absolute ? plane.abs() : plane;
      if (overlay == null || values.size(0) == 1) {
        return Image.imgify(values, imgify);
      }
      requireOverlay(values, input);
      return Image.imgify(blend(Image.imgify(resized(values, input), imgify), input));
    }
  }

  private static void requireOverlay(Tensor values, Tensor input) {
    Tensors.require("input", input);
    if (!values.is_floating_point() || values.is_sparse() || values.numel() == 0) {
      throw new IllegalArgumentException(
          "relevance over the input must be of floating point and have values, not "
              + Arrays.toString(values.shape())
              + " of "
              + values.scalar_type().intern());
    }
    if (input.dim() != 3
        || input.size(2) != 3
        || input.numel() == 0
        || input.is_sparse()
        || input.scalar_type().intern() != torch.ScalarType.Byte) {
      throw new IllegalArgumentException(
          "input must be height x width x 3 bytes, not "
              + Arrays.toString(input.shape())
              + " of "
              + input.scalar_type().intern());
    }
  }

  private static Tensor resized(Tensor values, Tensor input) {
    long[] size = {input.size(0), input.size(1)};
    return values.size(0) == size[0] && values.size(1) == size[1]
        ? values
        : torch
            .upsample_bilinear2d(values.unsqueeze(0).unsqueeze(0), size, false)
            .squeeze(0)
            .squeeze(0);
  }

  private Tensor blend(Image heatmap, Tensor input) {
    BytePointer pixels = new BytePointer(heatmap.pixels());
    Tensor colours =
        torch.from_blob(pixels, input.shape(), new TensorOptions(torch.ScalarType.Byte));
    Tensor grey =
        input.to(torch.ScalarType.Float).mean(new long[] {2}, true, new ScalarTypeOptional());
    return colours
        .to(torch.ScalarType.Float)
        .mul(new Scalar(overlay.doubleValue()))
        .add(grey.mul(new Scalar(1 - overlay)))
        .round()
        .to(torch.ScalarType.Byte);
  }
}
