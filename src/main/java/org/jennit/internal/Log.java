package org.jennit.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * What the library has to say, by SLF4J. Where no provider is on the class path, SLF4J itself says
 * three lines at its first use, whatever there is to say; here it is not asked then, and one hint
 * stands in the place of the first message that is lost.
 */
public final class Log {
  private static final AtomicBoolean HINTED = new AtomicBoolean();

  private Log() {}

  /** Logs a warning under the name of {@code source}. */
  public static void warn(Class<?> source, String message) {
    if (Provider.IS_THERE) {
      LoggerFactory.getLogger(source).warn(message);
    } else if (!HINTED.getAndSet(true)) {
      System.err.println(
          "Jennit has a warning for the log, and SLF4J has no provider to take it: add one to the"
              + " class path, such as org.slf4j:slf4j-simple, to read it, or org.slf4j:slf4j-nop"
              + " to silence this line");
    }
  }

  private static final class Provider {
    // Of SLF4J 2, of 1.7, and the one that a property names.
    static final boolean IS_THERE =
        System.getProperty("slf4j.provider") != null
            || Stream.of(
                    "META-INF/services/org.slf4j.spi.SLF4JServiceProvider",
                    "org/slf4j/impl/StaticLoggerBinder.class")
                .anyMatch(Provider::isResource);

    private static boolean isResource(String name) {
      ClassLoader loader = LoggerFactory.class.getClassLoader();
      return (loader == null ? ClassLoader.getSystemResource(name) : loader.getResource(name))
          != null;
    }
  }
}
