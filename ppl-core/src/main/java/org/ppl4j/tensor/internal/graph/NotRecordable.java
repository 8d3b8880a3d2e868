package org.ppl4j.tensor.internal.graph;

import java.util.function.Supplier;

/** A program does what no graph holds; its message says what. */
public final class NotRecordable extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With what cannot be recorded. */
  public NotRecordable(String what) {
    super(what);
  }

  private NotRecordable(RuntimeException fault) {
    super("a step of recording that failed, " + fault, fault);
  }

  /**
   * What recording makes of a program, which the engine runs even where that fails.
   *
   * @param made runs nothing of the program itself
   * @throws NotRecordable also for any other exception
   */
  public static <T> T guarded(Supplier<T> made) {
    try {
      return made.get();
    } catch (NotRecordable e) {
      throw e;
    } catch (RuntimeException e) {
      throw new NotRecordable(e);
    }
  }
}
