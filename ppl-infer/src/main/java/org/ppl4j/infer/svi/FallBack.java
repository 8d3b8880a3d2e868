package org.ppl4j.infer.svi;

import com.google.common.primitives.Ints;

/**
 * Steps that a fit has taken back, since the record that they were made from was found to be wrong:
 * a program does not do what it did when it was recorded. Parameters, and all that is remembered of
 * them, are as they were before the first of them; then steps go on by the engine.
 *
 * <p>Steps are counted from 1 over all runs, those that were taken back too.
 *
 * @param first the first step that was taken back
 * @param last the last; first − 1 if the record was found out at the first step that was wrong, and
 *     none is taken back
 * @param isMadeAgain whether as many steps are made again: those of a run on data that stay the
 *     same; not those of a caller's own loop, nor those on batches
 * @param why how it was found out
 * @param recordedFrom the first step behind it that was made from a record again; 0 if there is
 *     none yet
 */
public record FallBack(long first, long last, boolean isMadeAgain, String why, long recordedFrom) {

  /** How many steps were taken back. */
  int count() {
    return Ints.saturatedCast(last - first + 1);
  }

  /** The same, with steps from a record again. */
  FallBack recordedFrom(long step) {
    return new FallBack(first, last, isMadeAgain, why, step);
  }

  /** Which steps, and what became of them, in words. */
  String words() {
    if (last < first) {
      return "no step before step " + first;
    }
    return (first == last ? "step " + first : "steps " + first + " to " + last)
        + (isMadeAgain ? ", made again by the engine" : ", not made again");
  }

  /** Why steps are the engine's since. */
  String whyNotRecorded() {
    return why + ": " + words();
  }

  /** Which steps, since when they are recorded again, and why. */
  @Override
  public String toString() {
    return "taken back: "
        + words()
        + (recordedFrom > 0 ? "; from a record again from step " + recordedFrom : "")
        + "; "
        + why;
  }
}
