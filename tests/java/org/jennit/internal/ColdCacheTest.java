package org.jennit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jennit.nn.Linear;
import org.jennit.process.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that unpack the native libraries into one folder at the same time. */
class ColdCacheTest {
  private static final int PROCESSES = 3;

  @TempDir private Path folder;

  static final class Start {
    private Start() {}

    public static void main(String[] arguments) {
      try (Linear layer = new Linear(2, 2)) {
        System.out.println(layer.type_name());
      }
    }
  }

  @Test
  void allOfThemLoad() throws Exception {
    ChildJvm child =
        ChildJvm.of(Start.class)
            .options("-Dorg.bytedeco.javacpp.cachedir=" + Files.createDirectory(cache()));
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(child.start(file(i, "out"), file(i, "err")));
    }
    for (int i = 0; i < PROCESSES; i++) {
      boolean ended = processes.get(i).waitFor(120, TimeUnit.SECONDS);
      processes.get(i).destroyForcibly().waitFor();
      String said = Files.readString(file(i, "out")) + Files.readString(file(i, "err"));
      assertEquals("true 0", ended + " " + processes.get(i).exitValue(), said);
    }
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private Path file(int process, String name) {
    return folder.resolve(process + "." + name);
  }
}
