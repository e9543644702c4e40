package org.jennit.rules;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jennit.core.Numeric;
import org.jennit.nn.Conv1d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Conv3d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.ConvTranspose1d;
import org.jennit.nn.ConvTranspose2d;
import org.jennit.nn.ConvTranspose3d;
import org.jennit.nn.ConvTransposeOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;

/** A linear layer of some geometry, and the shape of one sample for it. */
@SuppressWarnings("ArrayRecordComponent")
record LayerCase(Supplier<Module> layer, long... shape) {

  static final List<LayerCase> ALL =
      List.of(
          new LayerCase(() -> new Linear(5, 4), 5),
          new LayerCase(() -> new Linear(5, 4, false), 5),
          new LayerCase(() -> new Linear(4, 3), 2, 4),
          conv1d(new ConvOptions(2, 3, 3), 2, 7),
          conv1d(new ConvOptions(4, 4, 3).stride(2).padding(2).dilation(2).groups(2), 4, 9),
          conv1d(new ConvOptions(2, 3, 4).padding("same").bias(false), 2, 6),
          conv1d(new ConvOptions(2, 3, 3).padding(2).padding_mode("circular"), 2, 6),
          conv2d(new ConvOptions(2, 3, 3).padding(1), 2, 5, 5),
          conv2d(
              new ConvOptions(2, 2, 3, 2).stride(2, 1).padding(1, 0).dilation(1, 2).bias(false),
              2,
              6,
              5),
          conv2d(new ConvOptions(4, 8, 2).groups(4), 4, 4, 4),
          conv2d(new ConvOptions(2, 3, 3).padding(2, 1).padding_mode("reflect").stride(2), 2, 5, 5),
          conv2d(new ConvOptions(2, 3, 3).padding(1).padding_mode("replicate"), 2, 4, 5),
          conv3d(new ConvOptions(2, 2, 2).padding(1).stride(2), 2, 3, 3, 4),
          conv3d(new ConvOptions(1, 2, 2, 3, 1).dilation(1, 1, 2).bias(false), 1, 3, 3, 3),
          conv3d(new ConvOptions(1, 2, 2).padding(1).padding_mode("replicate"), 1, 3, 3, 3),
          transpose1d(new ConvTransposeOptions(2, 3, 3), 2, 5),
          transpose1d(
              new ConvTransposeOptions(4, 6, 3)
                  .stride(3)
                  .padding(1)
                  .output_padding(2)
                  .dilation(2)
                  .groups(2),
              4,
              4),
          transpose2d(
              new ConvTransposeOptions(2, 3, 3).stride(2).padding(1).output_padding(1), 2, 3, 4),
          transpose2d(new ConvTransposeOptions(4, 2, 2).groups(2).bias(false), 4, 3, 3),
          transpose3d(
              new ConvTransposeOptions(2, 2, 2).stride(2, 1, 1).output_padding(1, 0, 0),
              2,
              2,
              2,
              3));

  private static LayerCase conv1d(ConvOptions options, long... shape) {
    return new LayerCase(() -> new Conv1d(options), shape);
  }

  private static LayerCase conv2d(ConvOptions options, long... shape) {
    return new LayerCase(() -> new Conv2d(options), shape);
  }

  private static LayerCase conv3d(ConvOptions options, long... shape) {
    return new LayerCase(() -> new Conv3d(options), shape);
  }

  private static LayerCase transpose1d(ConvTransposeOptions options, long... shape) {
    return new LayerCase(() -> new ConvTranspose1d(options), shape);
  }

  private static LayerCase transpose2d(ConvTransposeOptions options, long... shape) {
    return new LayerCase(() -> new ConvTranspose2d(options), shape);
  }

  private static LayerCase transpose3d(ConvTransposeOptions options, long... shape) {
    return new LayerCase(() -> new ConvTranspose3d(options), shape);
  }

  /** The layer in double with drawn parameters. */
  Module drawn(long seed) {
    return Numeric.drawn(layer.get(), seed);
  }

  long[] batch(long size) {
    long[] batched = new long[shape.length + 1];
    batched[0] = size;
    System.arraycopy(shape, 0, batched, 1, shape.length);
    return batched;
  }

  @Override
  public String toString() {
    try (Module made = layer.get()) {
      return made + " on " + Arrays.toString(shape);
    }
  }
}
