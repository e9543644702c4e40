package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.StdString;
import org.bytedeco.pytorch.Tensor;

/** Native half of a layer's or rule's named arguments: {@code jennit::Options} in options.h. */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public class Options extends Pointer {
  static {
    JennitCore.load();
  }

  public Options() {
    super((Pointer) null);
    allocate();
  }

  private native void allocate();

  public native void set_bool(@StdString String name, boolean value);

  public native void set_integers(
      @StdString String name, @Cast("const int64_t*") long[] values, @Cast("int64_t") long count);

  public native void set_numbers(
      @StdString String name, @Const double[] values, @Cast("int64_t") long count);

  public native void set_text(@StdString String name, @StdString String value);

  public native void add_text(@StdString String name, @StdString String value);

  public native void set_tensor(@StdString String name, @Const @ByRef Tensor value);
}
