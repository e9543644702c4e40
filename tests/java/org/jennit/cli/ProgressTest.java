package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void linesAreNumberedWhereThereAreSeveral() {
    StringWriter text = new StringWriter();
    try (Progress progress = Progress.of(2, new PrintWriter(text))) {
      progress.step("a");
      progress.step("b");
    }
    assertEquals("[1/2] a\n[2/2] b\n", text.toString());
  }

  @Test
  void oneLineStandsForItself() {
    StringWriter text = new StringWriter();
    try (Progress progress = Progress.of(1, new PrintWriter(text))) {
      progress.step("a");
    }
    assertEquals("a\n", text.toString());
  }

  @Test
  void aTerminalGetsABar() {
    String before = System.setProperty("jennit.terminal", "true");
    try (Progress progress = Progress.of(2, new PrintWriter(new StringWriter()))) {
      assertInstanceOf(ProgressBar.class, progress);
      progress.step("a");
    } finally {
      if (before == null) {
        System.clearProperty("jennit.terminal");
      } else {
        System.setProperty("jennit.terminal", before);
      }
    }
  }
}
