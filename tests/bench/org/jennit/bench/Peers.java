package org.jennit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PyTorch, Zennit, Captum and LXT, timed by a script in the same run. */
final class Peers {
  private final Settings settings;

  Peers(Settings settings) {
    this.settings = settings;
  }

  /** What the script measured: a node for each library, in the form of the ratios. */
  JsonNode measure(String python) throws IOException {
    Path directory = Files.createDirectories(settings.directory());
    Path output = directory.resolve("peers.json");
    List<String> command =
        new ArrayList<>(
            List.of(
                python,
                settings.script().toString(),
                "--threads=" + settings.threads(),
                "--images=" + settings.images(),
                "--resolution=" + settings.resolution(),
                "--warmups=" + settings.warmups(),
                "--repetitions=" + settings.repetitions(),
                "--sections=" + String.join(",", settings.sections()),
                "--output=" + output));
    command.addAll(Settings.models());
    Processes.run(new ProcessBuilder(command), directory.resolve("peers.log"));
    return new ObjectMapper().readTree(output.toFile());
  }
}
