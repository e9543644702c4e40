package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Raw;

/** The functions of cpu_memory.h and make_room.h, which document them. */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public final class KeptMemory {
  private KeptMemory() {}

  static native void keep_cpu_memory(@Cast("int64_t") long limit);

  public static native void empty_cpu_cache();

  public static native @Cast("int64_t") long cached_cpu_bytes();

  public static native @Cast("int64_t") long used_cpu_bytes();

  public static native @Cast("int64_t") long peak_cpu_bytes();

  public static native void reset_peak_cpu_bytes();

  static native void limit_cpu_memory(@Cast("int64_t") long crowded, @Cast("int64_t") long most);

  @NoException
  static native boolean is_crowded();

  @Name("binding::call_make_room")
  @Raw(withEnv = true)
  static native void call_make_room();

  /** Unless the property {@code jennit.keep_memory} is "false". */
  static void begin() {
    if (!"false".equals(System.getProperty("jennit.keep_memory"))) {
      // JavaCPP refuses pointers to a process above its limit: kept blocks shall not bring it
      // there.
      keep_cpu_memory(Pointer.maxPhysicalBytes() / 2);
      call_make_room();
      NativeMemory.begin();
    }
  }
}
