package org.jennit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What GraalVM's native-image is told: all that native code looks up by name, and all resources.
 */
class NativeImageTest {
  private static final String FOLDER = "/META-INF/native-image/";
  private static final Pattern LOOKED_UP =
      Pattern.compile("Get(?:Static)?MethodID\\([^,]+, \"(\\w+)\"");
  private static final Map<String, Class<?>> PRIMITIVES = Map.of("long", long.class);

  private static JsonNode read(String file) throws IOException {
    try (InputStream in = NativeImageTest.class.getResourceAsStream(FOLDER + file)) {
      assertNotNull(in, file);
      return new ObjectMapper().readTree(in);
    }
  }

  /** The methods that java_callback.cpp asks for are those that are listed, and are there. */
  @Test
  void methodsThatNativeCodeCallsAreKnown() throws Exception {
    TreeSet<String> listed = new TreeSet<>();
    for (JsonNode type : read("org.jennit/jennit/jni-config.json")) {
      for (JsonNode method : type.get("methods")) {
        List<Class<?>> parameters = new ArrayList<>();
        for (JsonNode parameter : method.get("parameterTypes")) {
          String name = parameter.asText();
          parameters.add(PRIMITIVES.containsKey(name) ? PRIMITIVES.get(name) : Class.forName(name));
        }
        Method found =
            Class.forName(type.get("name").asText())
                .getDeclaredMethod(
                    method.get("name").asText(), parameters.toArray(Class<?>[]::new));
        listed.add(found.getName());
      }
    }
    String source = Files.readString(Path.of("native/jni/java_callback.cpp"));
    TreeSet<String> wanted = new TreeSet<>();
    LOOKED_UP.matcher(source).results().forEach(match -> wanted.add(match.group(1)));
    assertEquals(wanted, listed);
  }

  /** What JavaCPP's glue looks up is written when it is generated. */
  @Test
  void classesOfTheGlueAreKnown() throws Exception {
    TreeSet<String> names = new TreeSet<>();
    read("linux-x86_64/jnijennit/jni-config.json").forEach(e -> names.add(e.get("name").asText()));
    for (Class<?> bound : List.of(Tree.class, Rules.class, Callback.class, Live.class)) {
      assertTrue(names.contains(bound.getName()), bound + " is not among " + names);
    }
  }

  @Test
  void resourcesAreKept() throws Exception {
    List<Pattern> patterns = new ArrayList<>();
    for (JsonNode each : read("org.jennit/jennit/resource-config.json").get("resources")) {
      patterns.add(Pattern.compile(each.get("pattern").asText()));
    }
    Path resources = Path.of("src/main/resources");
    List<String> files;
    try (var walk = Files.walk(resources.resolve("org"))) {
      files =
          walk.filter(Files::isRegularFile)
              .map(file -> resources.relativize(file).toString())
              .toList();
    }
    for (String file : files) {
      assertTrue(patterns.stream().anyMatch(p -> p.matcher(file).matches()), file);
    }
    String library = "org/jennit/internal/linux-x86_64/libjnijennit.so";
    assertTrue(patterns.stream().anyMatch(p -> p.matcher(library).matches()));
  }
}
