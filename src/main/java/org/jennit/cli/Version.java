package org.jennit.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "jennit " + jennit(), "Java " + Runtime.version() + ", " + System.getProperty("os.arch")
    };
  }

  static String jennit() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "of a development build" : version;
  }
}
