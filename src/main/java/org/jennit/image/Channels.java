package org.jennit.image;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** Finds the colour channels of a tensor and moves them to the end. */
final class Channels {
  private Channels() {}

  /**
   * One picture as H x W x C, a view where it can be; C is 1 or 3.
   *
   * @throws IllegalArgumentException where the tensor is neither H x W, H x W x C nor C x H x W
   */
  static Tensor ofPicture(Tensor tensor) {
    requirePixels(tensor);
    if (tensor.dim() == 2) {
      return tensor.unsqueeze(2);
    }
    if (tensor.dim() == 3 && isColor(tensor.size(2))) {
      return tensor;
    }
    if (tensor.dim() == 3 && isColor(tensor.size(0))) {
      return tensor.permute(1, 2, 0);
    }
    throw new IllegalArgumentException(
        "a picture must be H x W, C x H x W or H x W x C with 1 or 3 channels, not "
            + shape(tensor)
            + "; several pictures need a grid");
  }

  /**
   * Several pictures as N x H x W x C, a view where it can be; C is 1 or 3.
   *
   * @throws IllegalArgumentException where the tensor is neither N x H x W, N x H x W x C nor N x C
   *     x H x W
   */
  static Tensor ofBatch(Tensor tensor) {
    requirePixels(tensor);
    if (tensor.dim() == 3) {
      return tensor.unsqueeze(3);
    }
    if (tensor.dim() == 4 && isColor(tensor.size(3))) {
      return tensor;
    }
    if (tensor.dim() == 4 && isColor(tensor.size(1))) {
      return tensor.permute(0, 2, 3, 1);
    }
    throw new IllegalArgumentException(
        "a grid needs N x H x W, N x C x H x W or N x H x W x C with 1 or 3 channels, not "
            + shape(tensor));
  }

  private static boolean isColor(long channels) {
    return channels == 1 || channels == 3;
  }

  private static void requirePixels(Tensor tensor) {
    Objects.requireNonNull(tensor, "tensor is null");
    if (!tensor.defined()) {
      throw new IllegalArgumentException("a picture cannot be made of an undefined tensor");
    }
    if (tensor.is_sparse() || tensor.is_quantized()) {
      throw new IllegalArgumentException(
          "a picture cannot be made of a sparse or quantised tensor; take to_dense() or"
              + " dequantize() of it first");
    }
    if (tensor.is_complex()) {
      throw new IllegalArgumentException(
          "a picture cannot be made of complex values; take abs() or real() of them first");
    }
    if (tensor.numel() == 0) {
      throw new IllegalArgumentException(
          "a picture cannot be made of a tensor without elements: " + shape(tensor));
    }
  }

  private static String shape(Tensor tensor) {
    return Arrays.toString(tensor.shape());
  }
}
