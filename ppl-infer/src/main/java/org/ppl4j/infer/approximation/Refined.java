package org.ppl4j.infer.approximation;

import java.util.List;
import org.ppl4j.infer.InterruptionException;

/**
 * The best normal distribution of paths, or that of the mode which Newton's method finds from it if
 * this has the greater evidence bound: along a path few steps have shown what a density of many
 * scales is like, of which its second derivatives tell at once.
 *
 * <p>They are asked for only where that of the paths is not {@linkplain Nearness near}, and of no
 * more than 200 numbers.
 */
final class Refined {

  private static final int LARGEST = 200;

  /** Of so many paths the bounds are measured anew: the greatest of many of few draws is luck. */
  private static final int MEASURED = 4;

  private Refined() {}

  /**
   * The best one.
   *
   * @param found at least one, of the greatest bounds first
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  static Nearness.Measured of(Target<?> target, List<NormalApproximation> found) {
    Nearness.Measured best = measured(target, found.get(0));
    for (NormalApproximation other : found.subList(1, Math.min(found.size(), MEASURED))) {
      best = best.orGreater(measured(target, other));
    }
    if (best.isNear() || best.normal().size() > LARGEST) {
      return best;
    }
    InterruptionException.check("the search for a mode", null);
    Nearness.Measured ofPath = best;
    return Mode.near(target, ofPath.normal().location())
        .mode()
        .map(mode -> ofPath.orBetter(measured(target, mode.normal())))
        .orElse(ofPath);
  }

  private static Nearness.Measured measured(Target<?> target, NormalApproximation normal) {
    return Nearness.Measured.of(target.density(), normal, target.config().seed());
  }
}
