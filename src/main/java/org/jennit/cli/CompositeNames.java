package org.jennit.cli;

import java.util.Iterator;
import java.util.stream.Stream;
import org.jennit.composites.Composites;
import org.jennit.explain.RuleSettings;

/** What {@code --composite} can name, for completion. */
final class CompositeNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Stream.concat(Stream.of(RuleSettings.NONE), Composites.all().keySet().stream())
        .iterator();
  }
}
