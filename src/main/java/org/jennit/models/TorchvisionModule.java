package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Module;

/**
 * A module of torchvision, written in Java. It looks its children up by name at every call, so that
 * a replaced child takes effect at once. Ownership and threads are as for any {@link Module}.
 */
public abstract class TorchvisionModule extends Module {

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
