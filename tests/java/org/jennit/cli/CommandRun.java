package org.jennit.cli;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine;

/** What one command line answers and prints. */
record CommandRun(int exitCode, String out, String err) {
  /** Runs {@code jennit} in this process. */
  static CommandRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode =
        command.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** The first line of the errors. */
  String error() {
    return err.lines().findFirst().orElse("");
  }

  /** A grey picture of 28 x 28 pixels that is different for each {@code seed}. */
  static Path digit(Path file, int seed) throws IOException {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 4; y < 24; y++) {
      for (int x = 12; x < 16; x++) {
        image.getRaster().setSample(x + seed, y, 0, 200 + seed);
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    ImageIO.write(image, "png", new File(file.toString()));
    return file;
  }

  /** The files below a folder, relative to it, sorted. */
  static String files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return String.join(
          " ",
          files
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString())
              .sorted()
              .toList());
    }
  }
}
