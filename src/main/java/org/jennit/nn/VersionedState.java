package org.jennit.nn;

import java.util.OptionalLong;

/**
 * A state_dict that knows by which version of each module's class it was saved, as PyTorch keeps it
 * in the dict's {@code _metadata}. {@link Module#load_state_dict} asks a map that implements this;
 * any other map is of no known version, as one that PyTorch saved before 0.4.
 */
public interface VersionedState {
  /**
   * The version of one module.
   *
   * @param module_path as in {@link Module#named_modules}; empty for the root
   */
  OptionalLong version(String module_path);
}
