package org.jennit.internal;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/**
 * How much memory tensors may take.
 *
 * @param crowded in bytes, from where on unreachable tensors are looked for; 0: never
 * @param most in bytes; 0: without limit
 */
record MemoryLimit(long crowded, long most) {
  /** Bytes, or with one of the letters k, m, g, t as for {@code -Xmx}. */
  static final String PROPERTY = "jennit.max_memory";

  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmgt]?)");

  /**
   * What the property says; else what the machine has, or the container, and half of its memory.
   *
   * @throws IllegalArgumentException where the property is no size
   */
  static MemoryLimit ask() {
    String text = System.getProperty(PROPERTY);
    if (text != null) {
      long bytes = parsed(text);
      return new MemoryLimit(belowJavaCpp(bytes / 2), bytes);
    }
    var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long memory = machine.getTotalMemorySize();
    return new MemoryLimit(
        belowJavaCpp(memory / 2), memory + Math.max(machine.getTotalSwapSpaceSize(), 0));
  }

  static boolean isSet() {
    return System.getProperty(PROPERTY) != null;
  }

  // JavaCPP refuses pointers to a process above its limit.
  private static long belowJavaCpp(long bytes) {
    long half = Pointer.maxPhysicalBytes() / 2;
    return half > 0 && bytes > 0 ? Math.min(bytes, half) : bytes;
  }

  private static long parsed(String text) {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "the property " + PROPERTY + " must be a size such as 512m or 8g, but is '" + text + "'");
    }
    int unit = size.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(size.group(2));
    return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * unit));
  }
}
