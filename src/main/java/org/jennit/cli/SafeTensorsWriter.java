package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jennit.explain.Result;
import org.jennit.weights.SafeTensors;

/** The relevance under that name, with the settings and the target as metadata. */
final class SafeTensorsWriter implements ResultWriter {
  private final Map<String, String> settings;

  SafeTensorsWriter(Map<String, String> settings) {
    this.settings = settings;
  }

  @Override
  public void write(InputFile input, Result result, Path file) throws IOException {
    Map<String, String> metadata = new TreeMap<>(settings);
    metadata.put("input", input.name());
    metadata.put("index", Integer.toString(result.index()));
    metadata.put("label", result.label());
    metadata.put("score", String.format(Locale.ROOT, "%.9g", result.score()));
    if (!result.layer().isEmpty()) {
      metadata.put("module", result.layer());
    }
    SafeTensors.write(file, Map.of("relevance", result.relevance()), metadata);
  }
}
