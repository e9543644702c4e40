package org.jennit.internal;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;

/** The functions of num_threads.h, which documents them. */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public final class ThreadCount {
  static {
    JennitCore.load();
  }

  private ThreadCount() {}

  public static native void set_num_threads(@Cast("int64_t") long count);

  static native void follow_num_threads();
}
