package org.jennit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
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

  /** The methods that the files of native/jni ask for are those that are listed, and are there. */
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
    TreeSet<String> wanted = new TreeSet<>();
    for (Path file : files(Path.of("native/jni"))) {
      LOOKED_UP.matcher(Files.readString(file)).results().forEach(m -> wanted.add(m.group(1)));
    }
    assertEquals(wanted, listed);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  /** JavaCPP's glue makes them without a constructor. */
  @Test
  void whatNativeMethodsAnswerMayBeMade() throws Exception {
    TreeSet<String> listed = new TreeSet<>();
    for (JsonNode type : read("org.jennit/jennit/reflect-config.json")) {
      Class.forName(type.get("name").asText(), false, getClass().getClassLoader());
      if (type.path("unsafeAllocated").asBoolean()) {
        listed.add(type.get("name").asText());
      }
    }
    TreeSet<String> missing = new TreeSet<>();
    for (Class<?> bound : boundClasses()) {
      for (Method method : bound.getDeclaredMethods()) {
        Class<?> answer = method.getReturnType();
        if (Modifier.isNative(method.getModifiers())
            && Pointer.class.isAssignableFrom(answer)
            && !listed.contains(answer.getName())) {
          missing.add(answer.getName() + " of " + method);
        }
      }
    }
    assertEquals(new TreeSet<>(), missing);
  }

  private static List<Class<?>> boundClasses() throws Exception {
    Path classes = Path.of(Tree.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> found = new ArrayList<>();
    for (Path file : files(classes.resolve("org/jennit/internal"))) {
      String name = classes.relativize(file).toString();
      if (name.endsWith(".class") && !name.contains("package-info")) {
        found.add(Class.forName(name.replace(".class", "").replace('/', '.')));
      }
    }
    return found;
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
    for (Path each : files(resources.resolve("org"))) {
      String file = resources.relativize(each).toString();
      assertTrue(patterns.stream().anyMatch(p -> p.matcher(file).matches()), file);
    }
    String library = "org/jennit/internal/linux-x86_64/libjnijennit.so";
    assertTrue(patterns.stream().anyMatch(p -> p.matcher(library).matches()));
  }
}
