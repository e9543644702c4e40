package org.jennit.models;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How an image of features, (N, H, W, C), lies in windows: padded to a multiple of their size and,
 * where it is larger than one, shifted round its edges.
 */
record Windows(long height, long width, long rows, long columns, long down, long right) {
  /** What torchvision adds to the scores of positions that are neighbours by the shift alone. */
  private static final double FAR = -100;

  /**
   * @param size of a window, rows and columns
   * @param shift rows and columns
   */
  static Windows of(Tensor image, long[] size, long[] shift) {
    long height = image.size(1);
    long width = image.size(2);
    boolean tall = size[0] < padded(height, size[0]);
    boolean wide = size[1] < padded(width, size[1]);
    return new Windows(height, width, size[0], size[1], tall ? shift[0] : 0, wide ? shift[1] : 0);
  }

  private static long padded(long length, long window) {
    return (length + window - 1) / window * window;
  }

  private long down_count() {
    return padded(height, rows) / rows;
  }

  private long right_count() {
    return padded(width, columns) / columns;
  }

  boolean is_shifted() {
    return down + right > 0;
  }

  /** (N, H, W, C) to (N * windows, positions of a window, C). */
  Tensor split(Tensor image) {
    Tensor x =
        torch.constant_pad_nd(
            image, 0, 0, 0, padded(width, columns) - width, 0, padded(height, rows) - height);
    if (is_shifted()) {
      x = x.roll(new long[] {-down, -right}, 1, 2);
    }
    return in_windows(x).flatten(0, 2).flatten(1, 2);
  }

  private Tensor in_windows(Tensor x) {
    return x.reshape(x.size(0), down_count(), rows, right_count(), columns, x.size(3))
        .permute(0, 1, 3, 2, 4, 5);
  }

  /** What {@link #split} took apart. */
  Tensor join(Tensor windows) {
    long features = windows.size(-1);
    Tensor x =
        windows
            .reshape(-1, down_count(), right_count(), rows, columns, features)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(-1, padded(height, rows), padded(width, columns), features);
    if (is_shifted()) {
      x = x.roll(new long[] {down, right}, 1, 2);
    }
    return x.narrow(1, 0, height).narrow(2, 0, width).contiguous();
  }

  /** (windows, positions, positions): what is added to the scores of a shifted image. */
  Tensor mask(Tensor like) {
    Tensor regions = like.new_zeros(padded(height, rows), padded(width, columns));
    long[][] down_edges = edges(padded(height, rows), rows, down);
    long[][] right_edges = edges(padded(width, columns), columns, right);
    int region = 0;
    for (long[] vertical : down_edges) {
      for (long[] horizontal : right_edges) {
        part(part(regions, 0, vertical), 1, horizontal).fill_(new Scalar(region++));
      }
    }
    Tensor positions = in_windows(regions.unsqueeze(0).unsqueeze(-1)).flatten(0, 2).flatten(1, 3);
    Tensor differ = positions.unsqueeze(1).ne(positions.unsqueeze(2));
    return like.new_zeros(differ.shape()).masked_fill(differ, new Scalar(FAR));
  }

  // What no edge cuts off is one region; a shift of zero leaves Python's slices [-0:] whole.
  private static long[][] edges(long length, long window, long shift) {
    long first = length - window;
    long second = shift == 0 ? 0 : length - shift;
    return new long[][] {{0, first}, {first, second}, {second, length}};
  }

  private static Tensor part(Tensor tensor, long dim, long[] range) {
    return tensor.slice(dim, new LongOptional(range[0]), new LongOptional(range[1]), 1);
  }
}
