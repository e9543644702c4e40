package org.jennit.rules;

import java.util.List;
import java.util.Objects;
import org.jennit.core.ParamMod;

/** Leaves parameters as they are, but for those taken as zero. */
public final class NoMod extends ParamMod {
  public NoMod() {
    this(List.of());
  }

  public NoMod(List<String> zero_params) {
    super(
        (parameter, name) -> parameter,
        null,
        Objects.requireNonNull(zero_params, "zero_params is null"),
        true);
  }
}
