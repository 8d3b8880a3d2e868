package org.ppl4j.examples.launcher;

/** What the user asked for cannot be done: a line on the error stream and status 2. */
public final class MisuseException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the line, which says what is wrong and what to do about it. */
  public MisuseException(String message) {
    super(message);
  }

  /** With the line, and what was thrown at what the user gave. */
  public MisuseException(String message, Throwable cause) {
    super(message, cause);
  }
}
