package org.jennit.cli;

import java.util.Iterator;
import java.util.stream.Stream;
import org.jennit.canonizers.Canonizers;

/** What {@code --canonizer} can name, for completion. */
final class CanonizerNames implements Iterable<String> {
  static final String AUTO = "auto";
  static final String NONE = "none";

  @Override
  public Iterator<String> iterator() {
    return Stream.concat(Stream.of(AUTO, NONE), Canonizers.names().stream()).iterator();
  }
}
