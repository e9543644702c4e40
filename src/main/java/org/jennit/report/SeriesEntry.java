package org.jennit.report;

import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.ConservationReport;
import org.jennit.internal.Tensors;

/**
 * A series over time and the relevance of its steps: each channel is a curve over a shading that
 * tells the relevance. Arrays are not copied: leave them as they are until the report is written.
 *
 * @param name what stands above the entry; any text
 * @param channels of equally many steps, shown one below the other
 * @param predictions in the order to show them in; may be empty
 * @param conservation where the relevance stayed, or null
 */
public record SeriesEntry(
    String name,
    List<Channel> channels,
    List<Prediction> predictions,
    ConservationReport conservation)
    implements ReportEntry {

  /**
   * One curve.
   *
   * @param label what the values are; any text
   * @param values one for each step; a curve has gaps where they are NaN or infinite
   * @param relevance one for each step, signed, of any scale; values that are NaN or infinite are
   *     left blank and counted
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Channel(String label, float[] values, float[] relevance) {
    /**
     * Checks the number of steps.
     *
     * @throws IllegalArgumentException where there are no values, or not one relevance for each
     */
    public Channel {
      Objects.requireNonNull(label, "label is null");
      Objects.requireNonNull(values, "values is null");
      Objects.requireNonNull(relevance, "relevance is null");
      if (values.length == 0 || values.length != relevance.length) {
        throw new IllegalArgumentException(
            "channel '"
                + label
                + "' must have one relevance for each of its steps, not "
                + relevance.length
                + " for "
                + values.length);
      }
    }

    /** From tensors of one dimension and any dtype and device, which are copied. */
    public static Channel of(String label, Tensor values, Tensor relevance) {
      Tensors.require("values", values);
      Tensors.require("relevance", relevance);
      return new Channel(label, floats(label, values), floats(label, relevance));
    }

    private static float[] floats(String label, Tensor tensor) {
      if (tensor.dim() != 1) {
        throw new IllegalArgumentException(
            "channel '" + label + "' takes tensors of one dimension, not of " + tensor.dim());
      }
      try (PointerScope temporaries = new PointerScope()) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        tensor.detach().cpu().to(torch.ScalarType.Float).contiguous().data_ptr_float().get(values);
        return values;
      }
    }
  }

  /**
   * Checks the channels.
   *
   * @throws IllegalArgumentException where there is none or they differ in length
   */
  public SeriesEntry {
    Objects.requireNonNull(name, "name is null");
    channels = List.copyOf(channels);
    predictions = List.copyOf(predictions);
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("series '" + name + "' has no channels");
    }
    for (Channel channel : channels) {
      if (channel.values().length != channels.get(0).values().length) {
        throw new IllegalArgumentException(
            "the channels of '"
                + name
                + "' must have equally many steps, not "
                + channels.get(0).values().length
                + " and "
                + channel.values().length);
      }
    }
  }
}
