package org.jennit.cli;

import java.util.Iterator;
import java.util.stream.Stream;
import org.jennit.composites.Composites;

/** What {@code --composite} can name, for completion. */
final class CompositeNames implements Iterable<String> {
  static final String NONE = "none";

  @Override
  public Iterator<String> iterator() {
    return Stream.concat(Stream.of(NONE), Composites.all().keySet().stream()).iterator();
  }
}
