package org.jennit.internal;

import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Raw;
import org.bytedeco.javacpp.annotation.SharedPtr;
import org.bytedeco.javacpp.annotation.StdString;

/**
 * Java functions that native code calls: the functions of java_callback.h, which documents them.
 */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
final class Callbacks {
  static {
    JennitCore.load();
  }

  private Callbacks() {}

  static native @SharedPtr("jennit::Callback") @ByVal Callback make_callback(
      @Raw(withEnv = true) Object function);

  static native @Raw(withEnv = true) Object take_failure(
      @StdString String message, @Cast("int64_t*") long[] origin);
}
