package org.jennit.internal;

import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.SharedPtr;
import org.bytedeco.pytorch.Module;

/** Exported programs as native trees: the functions of exported.h, which documents them. */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Exports {
  static {
    JennitCore.load();
  }

  private Exports() {}

  public static native @SharedPtr("torch::nn::Module") @ByVal Module import_exported(
      @Const @ByRef ExportedDescription description, boolean name_functional_ops);
}
