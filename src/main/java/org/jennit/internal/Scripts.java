package org.jennit.internal;

import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.SharedPtr;
import org.bytedeco.javacpp.annotation.StdString;
import org.bytedeco.pytorch.Module;

/** TorchScript files as native trees: the functions of script.h, which documents them. */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Scripts {
  static {
    JennitCore.load();
    Graphs.listen();
  }

  private Scripts() {}

  public static native @SharedPtr("torch::nn::Module") @ByVal Module import_script(
      @StdString String file, boolean name_functional_ops);
}
