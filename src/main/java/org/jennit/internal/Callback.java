package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Virtual;
import org.bytedeco.pytorch.TensorVector;

/** A function that native code calls: {@code jennit::Callback} in callback.h. */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public class Callback extends Pointer {
  static {
    JennitCore.load();
  }

  protected Callback() {
    super((Pointer) null);
    allocate();
  }

  private native void allocate();

  @Virtual(true)
  protected native void call(
      @ByRef TensorVector first,
      @ByRef TensorVector second,
      @ByRef TensorVector third,
      @ByRef TensorVector answer);

  @Virtual
  protected native void save(
      @ByRef TensorVector inputs, @ByRef TensorVector outputs, @ByRef TensorVector answer);

  @Virtual
  protected native void retained();

  @Virtual
  protected native void released();
}
