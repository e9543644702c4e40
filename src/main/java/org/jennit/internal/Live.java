package org.jennit.internal;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Raw;

/** What the native side holds, counted: see live.h. */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Live {
  static {
    JennitCore.load();
  }

  private Live() {}

  public static native void counts(@Cast("int64_t*") long[] counts);

  public static native @Cast("int64_t") long made(
      @Cast("int64_t*") long[] rows, @Cast("int64_t") long capacity);

  public static native @Raw(withEnv = true) void set_tracing(boolean on);

  // Native code calls this by name.
  static long place() {
    return Places.now();
  }
}
