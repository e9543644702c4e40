package org.jennit.weights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Says why a file cannot be read or written as weights: its message names the file, what is wrong
 * with it, and, where there is a remedy, what to do.
 *
 * <p>It is an {@link IOException} because a weight file is input: whoever loads one already handles
 * a file that is missing or unreadable, and a malformed or refused one calls for the same care.
 */
public final class WeightsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  WeightsException(Path file, String reason) {
    this(file, reason, null);
  }

  WeightsException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
    this.file = file;
  }

  /** The file that was refused; null after deserialisation. */
  public Path file() {
    return file;
  }
}
