package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;

/** One kind of file. Equal results give equal bytes. */
@FunctionalInterface
interface ResultWriter {
  void write(Result result, Path file) throws IOException;
}
