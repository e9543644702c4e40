package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jennit.explain.Result;

/** One kind of file. Equal results give equal bytes. */
@FunctionalInterface
interface ResultWriter {
  /**
   * Writes a file that is there whole or not at all.
   *
   * @throws IOException naming the file
   * @throws java.io.UncheckedIOException likewise
   */
  void write(InputFile input, Result result, Path file) throws IOException;
}
