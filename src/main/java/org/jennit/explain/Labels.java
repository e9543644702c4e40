package org.jennit.explain;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jennit.models.ImageNet;

/** The names of a model's outputs. */
public final class Labels {
  private final List<String> names;
  private final String source;

  private Labels(List<String> names, String source) {
    this.names = names;
    this.source = source;
  }

  /** Those that go with a model where none are given: the digits, or ImageNet's. */
  public static Labels of(String model) {
    Objects.requireNonNull(model, "model is null");
    return model.equals(ModelSettings.DIGITS)
        ? new Labels(IntStream.range(0, 10).mapToObj(Integer::toString).toList(), "the digits")
        : new Labels(ImageNet.names(), "ImageNet");
  }

  /**
   * Given names.
   *
   * @param source where they are from, for errors
   */
  public static Labels of(List<String> names, String source) {
    Objects.requireNonNull(names, "names is null");
    return new Labels(List.copyOf(names), source);
  }

  /**
   * Those of a file, one a line, in UTF-8.
   *
   * @throws IOException naming the file
   */
  public static Labels read(Path file) throws IOException {
    Objects.requireNonNull(file, "file is null");
    try {
      return new Labels(Files.readAllLines(file), file.toString());
    } catch (MalformedInputException e) {
      throw new IOException(file + " is not a text in UTF-8", e);
    }
  }

  /** The name of an output, or "class N" where the names are not those of this many outputs. */
  public String name(int index, long outputs) {
    return outputs == names.size() ? names.get(index) : "class " + index;
  }

  /**
   * The output of a name, in any case.
   *
   * @throws IllegalArgumentException where there is none, with similar names
   */
  public int index(String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return i;
      }
    }
    String part = name.toLowerCase(Locale.ROOT);
    String similar =
        names.stream()
            .filter(other -> other.toLowerCase(Locale.ROOT).contains(part))
            .limit(5)
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "there is no class '"
            + name
            + "' among the names of "
            + source
            + (similar.isEmpty() ? "" : "; there are " + similar));
  }
}
