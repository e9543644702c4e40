package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jennit.image.ColorMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jennit palette}: colour maps as strips. Needs no native code. */
@Command(
    name = "palette",
    sortOptions = false,
    description = "Show colour maps, on the terminal or as a picture of strips.",
    footerHeading = "%nExamples:%n",
    footer = {"  jennit palette", "  jennit palette hot '00f,80:fff,f00' -o maps.png"})
final class PaletteCommand implements Callable<Integer> {
  private static final int COLORS = 256;
  private static final int COLUMNS = 64;

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "MAP",
      description =
          "Names or sources: colours in hex between commas, each with a position before it where"
              + " it is wanted (default: all that have names).")
  List<String> maps = List.of();

  @Option(
      names = "--level",
      paramLabel = "X",
      defaultValue = "1.0",
      description = "How fast colours leave the one in the centre (default: ${DEFAULT-VALUE}).")
  double level;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write a PNG, a strip of 256 x 24 pixels for each map.")
  Path output;

  @Override
  public Integer call() throws IOException {
    List<byte[]> palettes = new ArrayList<>();
    List<String> wanted = maps.isEmpty() ? List.copyOf(ColorMap.names()) : maps;
    PrintWriter out = spec.commandLine().getOut();
    int width = wanted.stream().mapToInt(String::length).max().orElse(0);
    for (String name : wanted) {
      ColorMap map = Usage.of(spec, "MAP", () -> ColorMap.of(name));
      byte[] palette = Usage.of(spec, "--level", () -> map.palette(level));
      palettes.add(palette);
      if (output == null) {
        boolean terminal = Boolean.getBoolean("jennit.terminal");
        String source = name.equals(map.source()) ? "" : map.source();
        out.println(
            (name
                    + " ".repeat(width - name.length())
                    + (terminal ? "  " + strip(palette) : "")
                    + "  "
                    + source)
                .stripTrailing());
      }
    }
    out.flush();
    if (output != null) {
      PaletteStrip.write(palettes, output);
      out.println("wrote " + output);
      out.flush();
    }
    return ExitCode.DONE;
  }

  /** Spaces on coloured ground, by the escape codes that terminals know (ISO 8613-6). */
  private static String strip(byte[] palette) {
    StringBuilder strip = new StringBuilder();
    for (int i = 0; i < COLUMNS; i++) {
      int at = 3 * (i * (COLORS - 1) / (COLUMNS - 1));
      strip.append(
          "\u001b[48;2;%d;%d;%dm "
              .formatted(palette[at] & 0xff, palette[at + 1] & 0xff, palette[at + 2] & 0xff));
    }
    return strip.append("\u001b[0m").toString();
  }
}
