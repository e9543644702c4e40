package org.jennit.image;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The maps that have a name, by their sources: those of Zennit 1.0.0, and what users add. */
final class NamedColorMaps {
  private static final Map<String, String> SOURCES =
      new ConcurrentHashMap<>(
          Map.ofEntries(
              Map.entry("bwr", "00f,80:fff,f00"),
              Map.entry("cold", "000,00f,0ff"),
              Map.entry("coldnhot", "0ff,00f,80:000,f00,ff0,fff"),
              Map.entry("coleus", "00d000,80:d0d0d0,d000d0"),
              Map.entry("coolio", "00d0d0,80:d0d0d0,d000d0"),
              Map.entry("france", "0055a4,80:fff,ef4135"),
              Map.entry("gray", "000,fff"),
              Map.entry("hot", "000,f00,ff0,fff"),
              Map.entry("seismic", "0000d0,80:d0d0d0,d00000"),
              Map.entry("wblue", "fff,00f"),
              Map.entry("wred", "fff,f00")));

  private NamedColorMaps() {}

  /** The names there are now. */
  static SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(SOURCES.keySet()));
  }

  static void put(String name, String source) {
    SOURCES.put(name, source);
  }

  static void remove(String name) {
    SOURCES.remove(name);
  }

  /** The source of a map with this name, or {@code text} itself where none has it. */
  static String source(String text) {
    return SOURCES.getOrDefault(text, text);
  }
}
