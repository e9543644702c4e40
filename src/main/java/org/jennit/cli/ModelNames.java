package org.jennit.cli;

import java.util.Iterator;
import java.util.stream.Stream;
import org.jennit.models.Models;

/** What {@code --model} can name, for completion. */
final class ModelNames implements Iterable<String> {
  static final String DIGITS = "digits";

  @Override
  public Iterator<String> iterator() {
    return Stream.concat(Stream.of(DIGITS), Models.names().stream()).iterator();
  }
}
