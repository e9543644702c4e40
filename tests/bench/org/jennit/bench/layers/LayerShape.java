package org.jennit.bench.layers;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;

/**
 * Layers as VGG16 and ResNet50 have them for images of 224 x 224: convolutions by kernel, channels
 * and size of the input.
 */
public enum LayerShape {
  CONV3_3_64_AT_224(3, 3, 64, 1, 224),
  CONV3_64_64_AT_224(3, 64, 64, 1, 224),
  CONV3_128_128_AT_112(3, 128, 128, 1, 112),
  CONV3_256_256_AT_56(3, 256, 256, 1, 56),
  CONV3_512_512_AT_28(3, 512, 512, 1, 28),
  CONV3_512_512_AT_14(3, 512, 512, 1, 14),
  CONV1_64_256_AT_56(1, 64, 256, 1, 56),
  CONV1_1024_256_AT_14(1, 1024, 256, 1, 14),
  CONV7_3_64_STRIDE_2_AT_224(7, 3, 64, 2, 224),
  LINEAR_25088_4096(25088, 4096),
  LINEAR_4096_1000(4096, 1000);

  private final long kernel;
  private final long in;
  private final long out;
  private final long stride;
  private final long size;

  LayerShape(long kernel, long in, long out, long stride, long size) {
    this.kernel = kernel;
    this.in = in;
    this.out = out;
    this.stride = stride;
    this.size = size;
  }

  LayerShape(long in, long out) {
    this(0, in, out, 0, 0);
  }

  private boolean isLinear() {
    return kernel == 0;
  }

  /** With new weights. */
  Module layer() {
    return isLinear()
        ? new Linear(in, out)
        : new Conv2d(new ConvOptions(in, out, kernel).stride(stride).padding(kernel / 2));
  }

  /** Of both signs for a first layer, as after a ReLU for the others. */
  Tensor input(int images) {
    Tensor normal = torch.randn(inputShape(images));
    return in == 3 ? normal : normal.relu_();
  }

  private long[] inputShape(int images) {
    return isLinear() ? new long[] {images, in} : new long[] {images, in, size, size};
  }
}
