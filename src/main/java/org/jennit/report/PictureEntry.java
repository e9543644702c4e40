package org.jennit.report;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;
import org.jennit.attribution.ConservationReport;

/**
 * A picture and the relevance of its pixels. Neither is copied: leave them as they are until the
 * report is written.
 *
 * @param name what stands above the entry, such as a file's name; any text
 * @param input what the model saw; it is embedded pixel by pixel, so a photo of many megapixels
 *     makes a large page
 * @param relevance rows x columns, signed, of any scale and of any size, the input's or not; values
 *     that are NaN or infinite are left blank and counted
 * @param predictions in the order to show them in; may be empty
 * @param conservation where the relevance stayed, or null
 */
@SuppressWarnings("ArrayRecordComponent") // Entries are not compared, and no list holds a plane.
public record PictureEntry(
    String name,
    BufferedImage input,
    float[][] relevance,
    List<Prediction> predictions,
    ConservationReport conservation)
    implements ReportEntry {
  /**
   * Checks the relevance.
   *
   * @throws IllegalArgumentException where the relevance is empty or its rows differ in length
   */
  public PictureEntry {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(input, "input is null");
    predictions = List.copyOf(predictions);
    if (relevance.length == 0 || relevance[0].length == 0) {
      throw new IllegalArgumentException("relevance of '" + name + "' has no values");
    }
    for (float[] row : relevance) {
      if (row.length != relevance[0].length) {
        throw new IllegalArgumentException(
            "relevance of '"
                + name
                + "' must have rows of one length, not of "
                + relevance[0].length
                + " and "
                + row.length);
      }
    }
  }
}
