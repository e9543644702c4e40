package org.jennit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One image.
 *
 * @param file where it is
 * @param name of its results, relative to the output folder, without an ending
 */
record InputFile(Path file, String name) {
  private static final Set<String> ENDINGS =
      Set.of("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff");

  /**
   * The images named and those in folders named, in the order of the command line and of the names
   * in a folder. Files that are named themselves need not exist.
   *
   * @param except a folder to leave out
   * @throws IllegalArgumentException where two inputs would have the same results, or there is none
   */
  static List<InputFile> collect(List<Path> inputs, Path except) {
    List<InputFile> found = new ArrayList<>();
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        images(input, except).forEach(file -> found.add(of(file, input.relativize(file))));
      } else {
        found.add(of(input, input.getFileName()));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no images in "
              + inputs.stream().map(Path::toString).collect(Collectors.joining(", ")));
    }
    return distinct(found);
  }

  private static InputFile of(Path file, Path relative) {
    String name = relative.toString();
    int dot = name.lastIndexOf('.');
    return new InputFile(file, dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name);
  }

  private static List<Path> images(Path folder, Path except) {
    Path left = except.toAbsolutePath().normalize();
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toAbsolutePath().normalize().startsWith(left))
          .filter(file -> ENDINGS.contains(ending(file)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Found in the names of images alone: a regular expression. */
  static String pattern() {
    return "(?i)\\.(" + String.join("|", ENDINGS) + ")$";
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Gives inputs that differ in their endings alone, such as cat.png and cat.jpg, names apart. */
  private static List<InputFile> distinct(List<InputFile> files) {
    Map<String, Long> counts =
        files.stream()
            .map(InputFile::name)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    List<InputFile> apart = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (InputFile input : files) {
      String name =
          counts.get(input.name) == 1 ? input.name : input.name + "_" + ending(input.file);
      if (!taken.add(name)) {
        throw new IllegalArgumentException(
            input.file
                + " would have the same results as another input: name each once, or give the"
                + " folder that holds both");
      }
      apart.add(new InputFile(input.file, name));
    }
    return List.copyOf(apart);
  }
}
