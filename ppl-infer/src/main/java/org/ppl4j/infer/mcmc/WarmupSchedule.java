package org.ppl4j.infer.mcmc;

import com.google.common.primitives.ImmutableIntArray;

/**
 * When a chain learns what while it warms up, as in Stan. The step size is learned all the time.
 * The scales of the target are learned after a beginning, in which the chain finds where the mass
 * is, in windows of which each is twice the one before and forgets it, the last up to the end, for
 * which the step size has time to settle. Of 1,000 iterations these are 75, then 25, 50, 100, 200
 * and 500, then 50. With less than 20 only the step size is learned.
 *
 * <p>Source: Stan reference manual, "Automatic parameter tuning".
 *
 * @param iterations of the warm-up
 * @param beginning how many iterations come before the first window
 * @param ends the last iteration of each window, counted from 0
 */
record WarmupSchedule(int iterations, int beginning, ImmutableIntArray ends) {

  private static final int BEGINNING = 75;
  private static final int WINDOW = 25;
  private static final int END = 50;
  private static final int LEAST = 20;

  /** Of a warm-up of so many iterations. */
  static WarmupSchedule of(int iterations) {
    if (iterations < LEAST) {
      return new WarmupSchedule(iterations, iterations, ImmutableIntArray.of());
    }
    if (BEGINNING + WINDOW + END > iterations) {
      int beginning = (int) (0.15 * iterations);
      int end = (int) (0.1 * iterations);
      return new WarmupSchedule(iterations, beginning, ImmutableIntArray.of(iterations - end - 1));
    }
    ImmutableIntArray.Builder ends = ImmutableIntArray.builder();
    int last = iterations - END - 1;
    int size = WINDOW;
    int end = BEGINNING + WINDOW - 1;
    ends.add(end);
    while (end != last) {
      size *= 2;
      end += size;
      if (end + 2 * size > last) {
        end = last; // the window after it would have no room
      }
      ends.add(end);
    }
    return new WarmupSchedule(iterations, BEGINNING, ends.build());
  }

  /** Whether an iteration, counted from 0, is in a window. */
  boolean isInWindow(int iteration) {
    return iteration >= beginning && !ends.isEmpty() && iteration <= ends.get(ends.length() - 1);
  }

  /** Whether it is the last of a window. */
  boolean endsWindow(int iteration) {
    return ends.contains(iteration);
  }
}
