package org.ppl4j.infer;

import org.jspecify.annotations.Nullable;

/**
 * Work that ended before it was done, since its thread was interrupted. The thread's flag is set,
 * as it is wherever this library heeds it: who asks for the same again clears it first, by {@link
 * Thread#interrupted()}, or it ends at once. What the work leaves says whoever throws this.
 */
public final class InterruptionException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * That of some work.
   *
   * @param cause how it came to light; null if the flag was seen
   */
  public InterruptionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Ends work of this thread if it is interrupted. Whatever failed while the flag was set failed
   * because of it, as far as anybody can know.
   *
   * @param work what is at work, e.g. {@code pathfinder}
   * @param cause what failed; null if nothing did
   * @throws InterruptionException if the thread's flag is set
   */
  public static void check(String work, @Nullable Throwable cause) {
    if (Thread.currentThread().isInterrupted()) {
      throw of(work, cause);
    }
  }

  /**
   * That of work which is to be done again.
   *
   * @param work what was at work, e.g. {@code pathfinder}
   * @param cause what failed; null if nothing did
   */
  public static InterruptionException of(String work, @Nullable Throwable cause) {
    return new InterruptionException(
        work + " was interrupted before its end; clear the thread's flag, and run it again", cause);
  }
}
