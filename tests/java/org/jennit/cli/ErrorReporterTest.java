package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import org.jennit.JennitException;
import org.junit.jupiter.api.Test;

class ErrorReporterTest {
  @Test
  void exceptionsBecomeSentences() {
    assertEquals("x is wrong", ErrorReporter.describe(new JennitException("x is wrong")));
    assertEquals("a.png does not exist", ErrorReporter.describe(new NoSuchFileException("a.png")));
    assertEquals(
        "a.png may not be read or written here",
        ErrorReporter.describe(new AccessDeniedException("a.png")));
    assertEquals(
        "a cannot be used: FileSystemLoopException",
        ErrorReporter.describe(new FileSystemLoopException("a")));
    assertEquals(
        "a.png does not exist",
        ErrorReporter.describe(new UncheckedIOException(new NoSuchFileException("a.png"))));
    assertEquals(
        "cannot write it",
        ErrorReporter.describe(new UncheckedIOException("cannot write it", new IOException())));
    assertEquals(
        "internal error: java.lang.ArithmeticException: by zero (--debug shows where)",
        ErrorReporter.describe(new ArithmeticException("by zero")));
  }

  @Test
  void aSentenceIsOneLineWithoutLibTorchsStack() {
    assertEquals("a b", ErrorReporter.oneLine("a\n  b\nException raised from f at g.cpp:1"));
  }
}
