package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.StdString;
import org.bytedeco.pytorch.Tensor;

/**
 * An exported program on its way to native code: {@code jennit::ExportedDescription} in exported.h,
 * which documents the methods.
 */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public class ExportedDescription extends Pointer {
  static {
    JennitCore.load();
  }

  public ExportedDescription() {
    super((Pointer) null);
    allocate();
  }

  private native void allocate();

  public native void add_module(@StdString String path);

  public native void add_parameter(
      @StdString String value, @StdString String path, @Const @ByRef Tensor tensor);

  public native void add_buffer(
      @StdString String value, @StdString String path, @Const @ByRef Tensor tensor);

  public native void add_constant(@StdString String value, @Const @ByRef Tensor tensor);

  public native void add_input(@StdString String name);

  public native void add_dimension(
      @StdString String symbol,
      @Cast("int64_t") long factor,
      @Cast("int64_t") long offset,
      @Cast("int64_t") long least,
      @Cast("int64_t") long most);

  public native void begin_node(@StdString String target, @StdString String modules);

  public native void place(
      @StdString String file, @Cast("int64_t") long line, @StdString String code);

  public native void argument(@StdString String name, boolean positional);

  public native void results();

  public native void outputs();

  public native void none();

  public native void integer(@Cast("int64_t") long value);

  public native void number(double value);

  public native void flag(boolean value);

  public native void text(@StdString String value);

  public native void device();

  public native void value(@StdString String name, @StdString String type);

  public native void begin_list();

  public native void end_list();

  public native void begin_graph();

  public native void end_graph();
}
