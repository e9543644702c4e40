package org.jennit.spark;

/** What a heatmap is in a table. */
enum HeatmapFormat {
  /** The bytes of a picture. */
  png,
  /** Channels x height x width numbers. */
  relevance,
  /** Height x width numbers. */
  summed
}
