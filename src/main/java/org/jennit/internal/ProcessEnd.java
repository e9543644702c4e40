package org.jennit.internal;

import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The function of process_end.h, which documents it. Java ends while daemon threads are in native
 * code: it waits for none.
 */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public final class ProcessEnd {
  private ProcessEnd() {}

  @NoException
  static native void end_at_once_on_exit();

  /** Unless the property {@code jennit.exit_at_once} is "false". */
  static void begin() {
    if ("false".equals(System.getProperty("jennit.exit_at_once"))) {
      return;
    }
    // Now, for ends that run no hooks; and once more when Java ends, for what LibTorch has built by
    // then.
    end_at_once_on_exit();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(ProcessEnd::end_at_once_on_exit));
    } catch (IllegalStateException e) {
      // Java ends already.
    }
  }
}
