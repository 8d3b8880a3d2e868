package org.ppl4j.internal;

/** The interruption of a thread, set aside while it does what is done in any case. */
public final class SetAside {

  private SetAside() {}

  /** Does some work, which sees no interruption that came before; its flag is set again then. */
  public static void interruption(Runnable work) {
    boolean isInterrupted = Thread.interrupted();
    try {
      work.run();
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
