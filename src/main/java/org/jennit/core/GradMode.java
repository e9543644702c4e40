package org.jennit.core;

import java.util.function.Supplier;
import org.bytedeco.pytorch.AutoGradMode;

/** Whether autograd records on this thread. */
final class GradMode {
  private GradMode() {}

  static boolean enabled() {
    return org.bytedeco.pytorch.GradMode.is_enabled();
  }

  /** Runs {@code body} with recording on or off, and restores it. */
  static <T> T with(boolean enabled, Supplier<T> body) {
    try (AutoGradMode mode = new AutoGradMode(enabled)) {
      return body.get();
    }
  }
}
