package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Linear;
import org.junit.jupiter.api.Test;

/** Two applications of one process bring Jennit along, or one is deployed twice. */
class SecondLoaderTest {

  /** What each application does. */
  public static final class Application {
    private Application() {}

    public static void run() {
      try (Linear layer = new Linear(3, 2)) {
        System.out.println(layer + " " + torch.ones(1).item_double());
      }
    }
  }

  /** A server with two applications. */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) throws Exception {
      for (String name : List.of("first", "second")) {
        try (URLClassLoader loader = loader(name)) {
          for (int request = 0; request < 2; request++) {
            try {
              loader.loadClass(Application.class.getName()).getMethod("run").invoke(null);
            } catch (InvocationTargetException e) {
              Throwable reason = e.getCause();
              System.out.println(reason.getClass().getSimpleName() + ": " + reason.getMessage());
            }
          }
        }
      }
      System.out.println("still here");
    }

    private static URLClassLoader loader(String name) throws IOException {
      List<URL> places = new ArrayList<>();
      for (String place : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        places.add(Path.of(place).toUri().toURL());
      }
      return new URLClassLoader(
          name, places.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }
  }

  @Test
  void theSecondIsRefusedWithASentence() throws Exception {
    List<String> lines =
        Child.runWell(List.of("-XX:-CreateCoredumpOnCrash"), Server.class)
            .output()
            .lines()
            .toList();
    String layer = "Linear(in_features=3, out_features=2, bias=True) 1.0";
    assertEquals(5, lines.size(), lines::toString);
    assertEquals(List.of(layer, layer), lines.subList(0, 2));
    assertTrue(
        lines
            .get(2)
            .matches(
                "UnsatisfiedLinkError: Jennit was loaded before in this process, by the class loader"
                    + " .*URLClassLoader.* 'first', and its native code can be loaded once only: .*"),
        lines.get(2));
    assertTrue(lines.get(3).startsWith("NoClassDefFoundError: "), lines.get(3));
    assertEquals("still here", lines.get(4));
  }
}
