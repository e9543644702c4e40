package org.jennit.image;

/**
 * A colour map that cannot be read. The message holds the source, the place of the error, what was
 * expected there and what was found.
 */
public final class ColorMapException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int index;

  ColorMapException(String source, int index, String expected, String found) {
    super(
        "colour map '%s' at index %d: expected %s, found %s%s"
            .formatted(source, index, expected, found, names(source)));
    this.index = index;
  }

  /** The place of the error: an index into the source, its length where the end came too early. */
  public int index() {
    return index;
  }

  // A source without a comma is most likely a misspelt name.
  private static String names(String source) {
    return source.contains(",") ? "" : " (known maps: " + NamedColorMaps.names() + ")";
  }
}
