package org.jennit.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The images that a command works on. */
final class InputOptions {
  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description =
          "Images (PNG, JPEG, GIF, BMP, TIFF), or folders, of which all images are taken.")
  List<Path> inputs;
}
