package org.jennit.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;

/** What is missing where a native library did not load, and what to do about it. */
final class LoadFailure {
  private static final String PLATFORM = "linux-x86_64";
  private static final Pattern SYMBOL_VERSION =
      Pattern.compile("version `(GLIBC|GLIBCXX|CXXABI|GCC)_([0-9.]+)' not found");
  private static final String DEPEND =
      "depend on org.jennit:jennit-platform, which brings all native libraries, or on the jars"
          + " with the classifier "
          + PLATFORM
          + " of jennit, pytorch, openblas and javacpp";

  private LoadFailure() {}

  /** The error with what to do; the one that came where nothing better is known. */
  static UnsatisfiedLinkError explained(UnsatisfiedLinkError error) {
    String advice = advice(messages(error));
    if (advice == null) {
      return Cuda.explained(error);
    }
    UnsatisfiedLinkError explained =
        new UnsatisfiedLinkError(
            "Jennit's native libraries did not load: " + advice + " (" + error.getMessage() + ")");
    explained.initCause(error);
    return explained;
  }

  private static String messages(Throwable error) {
    StringBuilder messages = new StringBuilder();
    for (Throwable each = error; each != null; each = each.getCause()) {
      messages.append(each.getMessage()).append('\n');
    }
    return messages.toString();
  }

  /** What to do about an error with these messages; null where it is not known. */
  static String advice(String messages) {
    String platform = Loader.getPlatform();
    if (!platform.startsWith(PLATFORM)) {
      return "they are built for " + PLATFORM + " alone, and this is " + platform;
    }
    Matcher version = SYMBOL_VERSION.matcher(messages);
    if (version.find()) {
      return version.group(1).equals("GLIBC")
          ? "LibTorch needs glibc 2.35 or later, and this system's lacks "
              + version.group(2)
              + ". Take a newer system, such as Debian 12 or Ubuntu 22.04"
          : "LibTorch needs the libstdc++ of GCC 12 or later (GLIBCXX_3.4.30), and the one that is"
              + " loaded lacks "
              + version.group(1)
              + "_"
              + version.group(2)
              + ". Install libstdc++6 of GCC 12 or later, and see that no older one comes first in"
              + " LD_LIBRARY_PATH";
    }
    if (messages.contains("ld-linux") || messages.contains("ld-musl")) {
      return "LibTorch needs glibc, and this system has another C library, as Alpine has. Take an"
          + " image of Debian or Ubuntu";
    }
    if (messages.contains("undefined symbol")) {
      return "the libraries do not fit together: all of LibTorch must be of version 2.10.0. See that"
          + " no other LibTorch comes first in LD_LIBRARY_PATH or java.library.path";
    }
    if (messages.contains("failed to map segment") || messages.contains("Permission denied")) {
      return "the folder that they are unpacked into does not allow programs to run. Name another"
          + " one with -Dorg.bytedeco.javacpp.cachedir=FOLDER";
    }
    if (messages.contains("Could not find jni") || messages.contains("java.library.path")) {
      return "they are not on the class path: " + DEPEND;
    }
    return null;
  }
}
