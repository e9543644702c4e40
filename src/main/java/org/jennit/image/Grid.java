package org.jennit.image;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The shape of a grid of pictures, in cells. Cells are filled row by row; pictures that find no
 * cell are left out, as in Zennit.
 *
 * @param height rows
 * @param width columns
 */
public record Grid(int height, int width) {
  /**
   * A grid of at least one cell.
   *
   * @throws IllegalArgumentException where one of the two is below 1
   */
  public Grid {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "grid must have 1 x 1 cells at least, not " + height + " x " + width);
    }
  }

  /** The grid for {@code count} pictures that is as square as can be, never wider than high. */
  public static Grid square(long count) {
    int width = (int) Math.max(1, Math.sqrt((double) count));
    return new Grid((int) Math.max(1, (count + width - 1) / width), width);
  }

  /**
   * Lays out N x H x W x C as one H' x W' x C; empty cells get {@code fill}, or where it is null
   * the minimum of each channel. Leaves its temporaries to the caller's scope.
   */
  Tensor layOut(Tensor pictures, Double fill) {
    long cells = (long) height * width;
    long count = Math.min(pictures.size(0), cells);
    long rows = pictures.size(1);
    long columns = pictures.size(2);
    long channels = pictures.size(3);
    Tensor background =
        fill == null
            ? pictures.amin(new long[] {0, 1, 2}, true)
            : torch.full(new long[] {1}, new Scalar(fill), pictures.options());
    Tensor canvas = background.expand(cells, rows, columns, channels).clone();
    canvas.narrow(0, 0, count).copy_(pictures.narrow(0, 0, count));
    return canvas
        .reshape(height, width, rows, columns, channels)
        .permute(0, 2, 1, 3, 4)
        .reshape(height * rows, width * columns, channels);
  }
}
