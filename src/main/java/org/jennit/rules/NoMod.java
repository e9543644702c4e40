package org.jennit.rules;

import java.util.List;
import org.jennit.core.ParamMod;

/** Leaves parameters as they are, but for those taken as zero. */
public final class NoMod extends ParamMod {
  public NoMod() {
    this(List.of());
  }

  public NoMod(List<String> zero_params) {
    super((parameter, name) -> parameter, null, zero_params, true);
  }
}
