package org.jennit.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jennit.explain.Result;
import org.jennit.explain.Target;

/** How the files of results are called. */
final class ResultFiles {
  private final Path folder;
  private final String ending;
  private final List<String> layers;

  /**
   * @param layers paths of the modules whose relevance is written beside the input's
   */
  ResultFiles(Path folder, OutputOptions.Format format, List<String> layers) {
    this.folder = folder;
    this.ending = format.name();
    this.layers = layers;
  }

  Path of(InputFile input, Result result) {
    return path(input, result.layer(), result.call(), result.target());
  }

  /**
   * Whether all results of an input are there. Later calls of a layer are written before the first,
   * so that the first stands for them.
   */
  boolean areThere(InputFile input, List<Target> targets) {
    return targets.stream()
        .flatMap(
            target ->
                Stream.concat(Stream.of(""), layers.stream())
                    .map(layer -> path(input, layer, 1, target)))
        .allMatch(Files::exists);
  }

  private Path path(InputFile input, String layer, int call, Target target) {
    String parts =
        Stream.of(input.name(), layer, call == 1 ? "" : "call" + call, target.suffix())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("."));
    return folder.resolve(parts + "." + ending);
  }
}
