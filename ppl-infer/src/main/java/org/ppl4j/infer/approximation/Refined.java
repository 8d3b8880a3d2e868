package org.ppl4j.infer.approximation;

import com.google.common.math.StatsAccumulator;
import java.util.Arrays;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Rng;

/**
 * The normal distribution of a path, or that of the mode which Newton's method finds from it if
 * this has the greater evidence bound: along a path few steps have shown what a density of many
 * scales is like, of which its second derivatives tell at once.
 *
 * <p>They are asked for only where log densities of target and path differ from draw to draw, as
 * those of what is nearly normal do not, and of no more than 200 numbers.
 */
final class Refined {

  private static final int LARGEST = 200;
  private static final int DRAWS = 50;

  /** In this standard deviation of the logarithm of a weight, times √D beyond 16 numbers. */
  private static final double ALIKE = 2;

  /** By so many nats the bound has to be greater. */
  private static final double BETTER = 1;

  private Refined() {}

  /**
   * The better one.
   *
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  static NormalApproximation of(Target<?> target, NormalApproximation found) {
    int size = found.size();
    Rng noise = Rng.of(target.config().seed(), Rng.Purpose.GUIDE, 0, "refined");
    if (size > LARGEST) {
      return found;
    }
    StatsAccumulator ofPath = logWeights(target, found, noise);
    if (ofPath.populationStandardDeviation() <= ALIKE * Math.max(1, Math.sqrt(size) / 4)) {
      return found;
    }
    InterruptionException.check("the search for a mode", null);
    return Mode.near(target, found.location())
        .mode()
        .map(Mode::normal)
        .filter(mode -> logWeights(target, mode, noise).mean() > ofPath.mean() + BETTER)
        .orElse(found);
  }

  /** Of draws, with NaN or −∞ where the density is not finite. */
  private static StatsAccumulator logWeights(
      Target<?> target, NormalApproximation normal, Rng noise) {
    int size = normal.size();
    double[] vectors = normal.draws(noise, DRAWS);
    double[] values = target.values(vectors);
    StatsAccumulator weights = new StatsAccumulator();
    for (int i = 0; i < DRAWS; i++) {
      double[] u = Arrays.copyOfRange(vectors, i * size, (i + 1) * size);
      weights.add(values[i] - normal.logProb(u));
    }
    return weights;
  }
}
