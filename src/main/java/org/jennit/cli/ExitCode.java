package org.jennit.cli;

/** What the process answers; {@link Main}'s help says the same. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int UNREADABLE_INPUTS = 3;

  private ExitCode() {}
}
