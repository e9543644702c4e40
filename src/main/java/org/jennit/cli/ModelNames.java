package org.jennit.cli;

import java.util.Iterator;
import org.jennit.explain.ModelLoader;

/** What {@code --model} can name, for completion. */
final class ModelNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return ModelLoader.names().iterator();
  }
}
