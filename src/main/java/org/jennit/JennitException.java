package org.jennit;

/**
 * Something that Jennit was asked to do went wrong. The message says what in the user's terms: the
 * path of the module, the shape, the file. Where an exception of the user's own code was the
 * reason, it is the cause.
 */
public class JennitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, in the user's terms
   */
  public JennitException(String message) {
    super(message);
  }

  /**
   * @param cause the exception of the user's code, or LibTorch's
   */
  public JennitException(String message, Throwable cause) {
    super(message, cause);
  }
}
