package org.ppl4j.infer.internal;

/** Why something failed, in one line for a report. */
public final class Reason {

  private Reason() {}

  /**
   * The first line of an exception's message, which says what is wrong; others say what was tried.
   */
  public static String of(RuntimeException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
