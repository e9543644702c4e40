package org.jennit.cli;

import java.util.Iterator;
import java.util.stream.Stream;
import org.jennit.canonizers.Canonizers;
import org.jennit.explain.RuleSettings;

/** What {@code --canonizer} can name, for completion. */
final class CanonizerNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Stream.concat(
            Stream.of(RuleSettings.AUTO, RuleSettings.NONE), Canonizers.names().stream())
        .iterator();
  }
}
