package org.jennit.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jennit.process.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The public API under hostile arguments, in a process of its own, which a crash ends: {@code
 * -Djennit.hostile.calls=N} makes more of them, {@code -Djennit.hostile.first=N} others.
 */
class HostileTest {
  @TempDir private Path folder;

  @Test
  void everyCallIsRefusedInTheSameWayOrDoesItsWork() throws Exception {
    String first = System.getProperty("jennit.hostile.first", "0");
    String calls = System.getProperty("jennit.hostile.calls", "500");
    ChildJvm.Result child =
        ChildJvm.of(HostileCalls.class)
            .options("-Xmx2g", "-Djava.awt.headless=true")
            .within(120 + Long.parseLong(calls) / 20)
            .run(folder.toString(), first, calls);
    assertEquals(
        0, child.exit(), () -> "the process ended in " + last() + "\n" + child.out() + child.err());
    assertEquals(1, child.out().lines().count(), child.out());
  }

  private String last() {
    try {
      return Files.readString(folder.resolve("last"));
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
