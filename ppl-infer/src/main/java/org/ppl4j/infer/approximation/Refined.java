package org.ppl4j.infer.approximation;

import org.ppl4j.infer.InterruptionException;

/**
 * The normal distribution of a path, or that of the mode which Newton's method finds from it if
 * this has the greater evidence bound: along a path few steps have shown what a density of many
 * scales is like, of which its second derivatives tell at once.
 *
 * <p>They are asked for only where the path's is not {@linkplain Nearness near}, and of no more
 * than 200 numbers.
 */
final class Refined {

  private static final int LARGEST = 200;

  private Refined() {}

  /**
   * The better one.
   *
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  static Nearness.Measured of(Target<?> target, NormalApproximation found) {
    Nearness.Measured ofPath = measured(target, found);
    if (ofPath.isNear() || found.size() > LARGEST) {
      return ofPath;
    }
    InterruptionException.check("the search for a mode", null);
    return Mode.near(target, found.location())
        .mode()
        .map(mode -> ofPath.orBetter(measured(target, mode.normal())))
        .orElse(ofPath);
  }

  private static Nearness.Measured measured(Target<?> target, NormalApproximation normal) {
    return Nearness.Measured.of(target.density(), normal, target.config().seed());
  }
}
