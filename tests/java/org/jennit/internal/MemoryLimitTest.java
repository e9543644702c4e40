package org.jennit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much tensors may take, by the property and without it. */
class MemoryLimitTest {
  @AfterEach
  void clear() {
    System.clearProperty(MemoryLimit.PROPERTY);
  }

  private static MemoryLimit of(String size) {
    System.setProperty(MemoryLimit.PROPERTY, size);
    assertTrue(MemoryLimit.isSet());
    return MemoryLimit.ask();
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1000",
    "16k, 16384",
    "512m, 536870912",
    "512M, 536870912",
    "3g, 3221225472",
    "2t, 2199023255552",
    "0, 0"
  })
  void sizesAreThoseOfXmx(String size, long bytes) {
    MemoryLimit limit = of(size);
    assertEquals(bytes, limit.most());
    assertTrue(limit.crowded() <= bytes / 2, limit::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "much", "-1", "1.5g", "5gb", "9999999999999", " 5m"})
  void whatIsNoSizeIsRefused(String size) {
    String message = assertThrows(IllegalArgumentException.class, () -> of(size)).getMessage();
    assertTrue(message.contains("jennit.max_memory must be a size such as 512m or 8g"), message);
    assertTrue(message.contains("'" + size + "'"), message);
  }

  @Test
  void withoutThePropertyItIsHalfOfTheMachine() {
    var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    MemoryLimit limit = MemoryLimit.ask();
    assertTrue(limit.most() >= machine.getTotalMemorySize(), limit::toString);
    long half = machine.getTotalMemorySize() / 2;
    long javaCpp = Pointer.maxPhysicalBytes() / 2;
    assertEquals(javaCpp > 0 ? Math.min(half, javaCpp) : half, limit.crowded());
  }
}
