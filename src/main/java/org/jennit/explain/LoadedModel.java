package org.jennit.explain;

import org.jennit.nn.Module;

/**
 * A model that is ready to be explained: in evaluation mode, on its device, in its dtype.
 *
 * @param name as it was asked for
 * @param isArchitecture whether it is one of {@code org.jennit.models.Models}
 */
public record LoadedModel(
    String name, Module module, boolean isArchitecture, Labels labels, Compute compute)
    implements AutoCloseable {

  /** Whether it is the network of handwritten digits, which takes one channel. */
  public boolean isDigits() {
    return name.equals(ModelSettings.DIGITS);
  }

  @Override
  public void close() {
    module.close();
  }
}
