package org.jennit.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Options;

/**
 * Named arguments of a layer or rule under the names that torch and Zennit give them, on their way
 * to the native factory, which checks them. Not thread-safe.
 */
public final class Arguments {
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** A flag. */
  public Arguments put(String name, boolean value) {
    return set(name, value);
  }

  /** One integer or several. */
  public Arguments put(String name, long... value) {
    return set(name, given(name, value).clone());
  }

  /** One number or several. */
  public Arguments put(String name, double... value) {
    return set(name, given(name, value).clone());
  }

  /** A text, such as the name of a padding mode. */
  public Arguments put(String name, String value) {
    return set(name, value);
  }

  /** Several texts. */
  public Arguments put(String name, Iterable<String> texts) {
    return set(name, texts);
  }

  /** A tensor, kept by a handle of its own until this object is collected. */
  public Arguments put(String name, Tensor value) {
    // A handle of our own: the caller's may die with a scope.
    Tensor kept = new Tensor(given(name, value));
    kept.retainReference();
    return set(name, kept);
  }

  private Arguments set(String name, Object value) {
    values.put(name, given(name, value));
    return this;
  }

  private static <T> T given(String name, T value) {
    return Objects.requireNonNull(value, () -> "option '" + name + "' is null");
  }

  /** The same arguments, to which others may be added. */
  Arguments copy() {
    Arguments copy = new Arguments();
    copy.values.putAll(values);
    return copy;
  }

  /** A native copy; the caller closes it. */
  public Options toNative() {
    Options options = new Options();
    values.forEach((name, value) -> set(options, name, value));
    return options;
  }

  private static void set(Options options, String name, Object value) {
    if (value instanceof Boolean flag) {
      options.set_bool(name, flag);
    } else if (value instanceof long[] integers) {
      options.set_integers(name, integers, integers.length);
    } else if (value instanceof double[] numbers) {
      options.set_numbers(name, numbers, numbers.length);
    } else if (value instanceof String text) {
      options.set_text(name, text);
    } else if (value instanceof Tensor tensor) {
      options.set_tensor(name, tensor);
    } else if (value instanceof Iterable<?> texts) {
      texts.forEach(text -> options.add_text(name, (String) text));
    }
  }
}
