package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;

/** The functions of cpu_memory.h, which documents them. */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public final class KeptMemory {
  private KeptMemory() {}

  static native void keep_cpu_memory(@Cast("int64_t") long limit);

  public static native void empty_cpu_cache();

  public static native @Cast("int64_t") long cached_cpu_bytes();

  /** Unless the property {@code jennit.keep_memory} is "false". */
  static void begin() {
    if (!"false".equals(System.getProperty("jennit.keep_memory"))) {
      // JavaCPP refuses pointers to a process above its limit: kept blocks shall not bring it
      // there.
      keep_cpu_memory(Pointer.maxPhysicalBytes() / 2);
    }
  }
}
