package org.jennit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jennit.nn.Linear;
import org.jennit.process.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said where native libraries do not load, and how others than the jars' are named. */
class LoadFailureTest {
  @TempDir private Path folder;

  /** What the system's loader says, and a part of the advice. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/lib/libc.so.6: version `GLIBC_2.35' not found (required by libtorch_cpu.so) | glibc 2.35",
        "libstdc++.so.6: version `GLIBCXX_3.4.30' not found | libstdc++ of GCC 12",
        "libstdc++.so.6: version `CXXABI_1.3.13' not found  | lacks CXXABI_1.3.13",
        "Error loading shared library ld-linux-x86-64.so.2: No such file | Debian or Ubuntu",
        "libjnijennit.so: undefined symbol: _ZN3c105ErrorC2Ev | version 2.10.0",
        "libc10.so: failed to map segment from shared object | cachedir=FOLDER",
        "Could not find jnitorch in class, module, and library paths. | jennit-platform",
        "no jnitorch in java.library.path: /usr/lib | jennit-platform"
      })
  void eachReasonHasItsAdvice(String said, String advice) {
    String actual = LoadFailure.advice(said);
    assertTrue(actual != null && actual.contains(advice), actual);
  }

  @Test
  void anUnknownReasonIsLeftAsItCame() {
    assertNull(LoadFailure.advice("the moon is full"));
    UnsatisfiedLinkError error = new UnsatisfiedLinkError("the moon is full");
    assertEquals(error, LoadFailure.explained(error));
  }

  /** Makes a layer, and prints where LibTorch was loaded from, or why it was not. */
  static final class Start {
    private Start() {}

    public static void main(String[] arguments) throws IOException {
      try (Linear layer = new Linear(2, 2)) {
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains("/libtorch_cpu.so"))
            .map(line -> line.substring(line.indexOf('/')))
            .distinct()
            .forEach(System.out::println);
      } catch (UnsatisfiedLinkError e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static String start(ChildJvm child) throws IOException, InterruptedException {
    return child.run().succeeded().out();
  }

  @Test
  void withoutTheNativeJarsItSaysWhatToDependOn() throws Exception {
    String said =
        start(
            ChildJvm.of(Start.class)
                .classPath(part -> !part.matches(".*pytorch-.*-linux-x86_64(-gpu)?\\.jar")));
    assertTrue(said.contains("not on the class path: depend on org.jennit:jennit-platform"), said);
  }

  @Test
  void anotherPlatformIsNamed() throws Exception {
    String said =
        start(ChildJvm.of(Start.class).options("-Dorg.bytedeco.javacpp.platform=macosx-arm64"));
    assertTrue(said.contains("built for linux-x86_64 alone, and this is macosx-arm64"), said);
  }

  /** As the page on what a machine needs says it. */
  @Test
  void aLibTorchOfTheUsersIsLoadedFromItsFolder() throws Exception {
    String shipped = start(ChildJvm.of(Start.class)).strip();
    Path own = Files.createDirectory(folder.resolve("libtorch"));
    for (String name : List.of("libc10.so", "libtorch_cpu.so", "libtorch.so")) {
      Files.copy(Path.of(shipped).resolveSibling(name), own.resolve(name));
    }
    String loaded =
        start(
            ChildJvm.of(Start.class)
                .options(
                    "-Dorg.bytedeco.javacpp.pathsFirst=true",
                    "-Dorg.bytedeco.javacpp.platform.preloadpath=" + own));
    assertEquals(own.resolve("libtorch_cpu.so").toString(), loaded.strip());
  }
}
