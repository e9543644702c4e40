package org.jennit.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.JennitCore;

/** Where the numbers come from: processor and versions. */
final class Machine {
  private Machine() {}

  static ObjectNode describe() throws IOException {
    JennitCore.load();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("cpu", first("model name\\s*:\\s*(.*)", "/proc/cpuinfo"));
    node.put("cores", Runtime.getRuntime().availableProcessors());
    node.put("memory_kib", Long.parseLong(first("MemTotal:\\s*(\\d+)", "/proc/meminfo")));
    node.put("load_before", first("^(\\S+)", "/proc/loadavg"));
    node.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    ObjectNode versions = node.putObject("versions");
    versions.put("java", Runtime.version().toString());
    for (String library : new String[] {"pytorch", "openblas", "javacpp"}) {
      versions.put(library, version(library));
    }
    try (BytePointer capability = torch.get_cpu_capability();
        BytePointer config = torch.show_config()) {
      node.put("instructions", capability.getString(StandardCharsets.UTF_8));
      Matcher oneDnn =
          Pattern.compile("MKL-DNN v(\\S+)").matcher(config.getString(StandardCharsets.UTF_8));
      versions.put("onednn", oneDnn.find() ? oneDnn.group(1) : "none");
    }
    return node;
  }

  private static String version(String library) {
    try {
      return Loader.getVersion("org.bytedeco", library);
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String first(String pattern, String file) throws IOException {
    Matcher matcher =
        Pattern.compile(pattern, Pattern.MULTILINE).matcher(Files.readString(Path.of(file)));
    return matcher.find() ? matcher.group(1) : "unknown";
  }
}
