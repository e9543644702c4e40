package org.jennit.internal;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;

/** The functions of float32_precision.h, which documents them. */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public final class Float32 {
  static {
    JennitCore.load();
  }

  private Float32() {}

  @Cast("bool")
  public static native boolean has_bf16_products();

  public static native void set_bf16_products(@Cast("bool") boolean round);

  @Cast("bool")
  public static native boolean bf16_products();
}
