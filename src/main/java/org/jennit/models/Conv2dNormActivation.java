package org.jennit.models;

import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;

/**
 * A convolution without a bias that keeps the size at stride 1, a batch norm, and an activation
 * where there is one: the children "0", "1" and "2".
 */
public final class Conv2dNormActivation extends Sequential {

  /**
   * @param activation null for none
   */
  Conv2dNormActivation(
      long in_channels,
      long out_channels,
      long kernel_size,
      long stride,
      long groups,
      Module activation) {
    super(
        new Conv2d(
            new ConvOptions(in_channels, out_channels, kernel_size)
                .stride(stride)
                .padding((kernel_size - 1) / 2)
                .groups(groups)
                .bias(false)),
        new BatchNorm2d(out_channels));
    if (activation != null) {
      append(activation);
    }
  }

  @Override
  public String type_name() {
    return "Conv2dNormActivation";
  }
}
