package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.nn.Module;

/**
 * A module of torchvision, written in Java. It looks its children up by name at every call, so that
 * a replaced child takes effect at once. Ownership and threads are as for any {@link Module}.
 */
public abstract class TorchvisionModule extends Module {

  /**
   * Images in channels_last, in which all layers that follow then work: processors convolve faster
   * so. Other devices, dtypes and shapes stay as they are.
   */
  static Tensor images(Tensor input) {
    boolean faster =
        input.dim() == 4 && input.is_cpu() && input.scalar_type().intern() == ScalarType.Float;
    return faster ? input.contiguous(MemoryFormat.ChannelsLast) : input;
  }

  /**
   * Calls children one after the other, each on the output of the one before.
   *
   * @return the last output, owned by the caller
   * @throws IllegalArgumentException naming a child that is not there
   */
  public final Tensor call(Tensor input, String... children) {
    Tensor output = input;
    for (String child : children) {
      output = get_submodule(child).forward(output);
    }
    return output;
  }
}
