package org.jennit.image;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The maps that have a name: those of Zennit 1.0.0, by their sources. */
final class BuiltinColorMaps {
  private static final Map<String, String> SOURCES =
      new TreeMap<>(
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

  static final SortedSet<String> NAMES =
      Collections.unmodifiableSortedSet(new TreeSet<>(SOURCES.keySet()));

  private BuiltinColorMaps() {}

  /** The source of a built-in map, or {@code text} itself where no map has this name. */
  static String source(String text) {
    return SOURCES.getOrDefault(text, text);
  }
}
