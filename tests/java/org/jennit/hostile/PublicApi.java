package org.jennit.hostile;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jennit.nn.Module;

/** The constructors and methods that users of the library can call. */
final class PublicApi {
  /** What is no library, or only wants a screen, or waits, or sets the whole process by purpose. */
  private static final Set<String> LEFT_OUT = Set.of("internal", "cli", "demo");

  private static final Set<String> METHODS_LEFT_OUT =
      Set.of("show", "wait", "notify", "notifyAll", "getClass", "hashCode", "equals", "main");

  private PublicApi() {}

  /** In an order that does not depend on the file system. */
  static List<Executable> executables() throws Exception {
    Path root = Path.of(Module.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Executable> result = new ArrayList<>();
    for (String name : classes(root)) {
      Class<?> type = Class.forName(name);
      if (!isPublic(type) || type.isInterface() || type.isAnonymousClass()) {
        continue;
      }
      Stream.concat(
              Modifier.isAbstract(type.getModifiers())
                  ? Stream.empty()
                  : Arrays.stream(type.getConstructors()),
              Arrays.stream(type.getMethods()))
          .filter(each -> !METHODS_LEFT_OUT.contains(each.getName()))
          .filter(each -> each.getDeclaringClass().getName().startsWith("org.jennit."))
          .filter(each -> !each.isSynthetic())
          .filter(PublicApi::isGivenSomething)
          .forEach(result::add);
    }
    return result.stream()
        .distinct()
        .sorted(Comparator.comparing(Executable::toGenericString))
        .toList();
  }

  private static boolean isGivenSomething(Executable each) {
    boolean hasReceiver = each instanceof Method && !Modifier.isStatic(each.getModifiers());
    return hasReceiver || each.getParameterCount() > 0;
  }

  private static List<String> classes(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("org/jennit"))) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.contains("package-info"))
          .filter(file -> !LEFT_OUT.contains(Path.of(file).getName(2).toString()))
          .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
          .sorted()
          .toList();
    }
  }

  private static boolean isPublic(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!Modifier.isPublic(each.getModifiers())) {
        return false;
      }
    }
    return true;
  }
}
