package org.jennit.internal;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.StdString;
import org.bytedeco.pytorch.Tensor;

/** The arguments of a call of a graph: {@code jennit::Arguments} in arguments.h. */
@Namespace("jennit")
@Properties(inherit = JennitCore.class)
public class Arguments extends Pointer {
  static {
    JennitCore.load();
  }

  public Arguments() {
    super((Pointer) null);
    allocate();
  }

  private native void allocate();

  public native void add_tensor(@Const @ByRef Tensor value);

  public native void add_integer(@Cast("int64_t") long value);

  public native void add_number(double value);

  public native void add_flag(@Cast("bool") boolean value);

  public native void add_text(@StdString String value);

  public native void add_none();

  public native void make_list(@Cast("int64_t") long count);

  public native void make_dict(@Cast("int64_t") long count);

  public native void name_last(@StdString String name);

  /**
   * Adds a tensor, a number, a truth value, a text, null, or a list or map of these, whose keys are
   * texts or whole numbers.
   *
   * @throws IllegalArgumentException naming the class of anything else
   */
  public final void add(Object value) {
    if (value == null) {
      add_none();
    } else if (value instanceof Tensor tensor) {
      Tensors.require("an argument", tensor);
      add_tensor(tensor);
    } else if (value instanceof Boolean flag) {
      add_flag(flag);
    } else if (value instanceof Double || value instanceof Float) {
      add_number(((Number) value).doubleValue());
    } else if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      add_integer(((Number) value).longValue());
    } else if (value instanceof String text) {
      add_text(text);
    } else if (value instanceof List<?> list) {
      list.forEach(this::add);
      make_list(list.size());
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, element) -> {
            add(key);
            add(element);
          });
      make_dict(map.size());
    } else {
      throw new IllegalArgumentException(
          "a graph takes tensors, numbers, booleans, strings, null, lists and maps, not "
              + value.getClass().getName());
    }
  }
}
