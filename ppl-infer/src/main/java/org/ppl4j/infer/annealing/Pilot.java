package org.ppl4j.infer.annealing;

import static com.google.common.base.Preconditions.checkState;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.infer.internal.StratifiedChoice;
import org.ppl4j.tensor.Rng;

/**
 * A population that goes ahead of the chains to find their way: where levels are to lie, how long
 * steps are to be and in which units. The chains that are weighed then move by what does not depend
 * on them, so that their weights stay right.
 *
 * <p>Each next β is so far away that weights r^Δβ would leave an effective size of 0.9 of all; the
 * population is resampled by these weights and moved there. Equal parts of the way between such
 * levels are equally hard: levels that follow them make the variance of the weights least.
 *
 * <p>Source: Del Moral, Doucet and Jasra, "Sequential Monte Carlo samplers" (2006); Zhou, Johansen
 * and Aston, "Toward automatic model comparison" (2016), section 3.3.
 */
final class Pilot {

  private static final double WANTED_SHARE = 0.9;
  private static final double WANTED_ACCEPTANCE = 0.8;

  /** Transitions at each level, and at most at the first, where the step size is unknown. */
  private static final int MOVES = 3;

  private static final int FIRST_MOVES = 30;

  /** By how much a step size follows an acceptance, in logarithms. */
  private static final double GAIN = 1;

  private static final double CLOSE = 0.05;
  private static final int BISECTIONS = 60;
  private static final int MOST_LEVELS = 10_000;

  private final Population population;
  private final Rng noise;
  private final List<Level> levels = new ArrayList<>();
  private double stepSize;

  private Pilot(Population population, Rng noise) {
    this.population = population;
    this.noise = noise;
  }

  /**
   * The levels of a way from β = 0, which is not among them, to 1.
   *
   * @param population of draws at β = 0, which moves
   * @param noise that resamples it
   */
  static List<Level> levels(Population population, Rng noise) {
    return new Pilot(population, noise).run();
  }

  /**
   * So many levels that follow others, each as far from the next on the way between these.
   *
   * @param found at least one, the last at β = 1
   */
  static List<Level> spread(List<Level> found, int count) {
    List<Level> levels = new ArrayList<>(count);
    for (int k = 1; k <= count; k++) {
      double place = (double) k * found.size() / count;
      int next = (int) Math.ceil(place) - 1;
      Level before = next == 0 ? found.get(0).at(0) : found.get(next - 1);
      levels.add(k == count ? found.get(next) : before.towards(found.get(next), place - next));
    }
    return levels;
  }

  private List<Level> run() {
    double beta = 0;
    population.enter(beta);
    double[] scales = new double[0];
    while (beta < 1) {
      if (levels.size() == MOST_LEVELS) {
        throw new IllegalStateException(
            ("pilot chains have come to %s of the way from the guide to the posterior in %s levels;"
                    + " begin at a guide nearer to it")
                .formatted(beta, MOST_LEVELS));
      }
      double step = step(population.logRatios(), 1 - beta);
      resample(step);
      beta = beta + step < 1 ? beta + step : 1;
      population.enter(beta);
      scales = scales(population.deviations(), scales);
      moves(beta, scales);
      levels.add(new Level(beta, stepSize, scales));
    }
    return levels;
  }

  private void moves(double beta, double[] scales) {
    boolean isFirst = levels.isEmpty();
    if (isFirst) {
      stepSize = 1;
    }
    for (int i = 0; i < (isFirst ? FIRST_MOVES : MOVES); i++) {
      double excess = population.move(new Level(beta, stepSize, scales)) - WANTED_ACCEPTANCE;
      if (isFirst && i >= MOVES && Math.abs(excess) < CLOSE) {
        return;
      }
      stepSize *= Math.exp(GAIN * excess);
    }
  }

  /** Of coordinates that all chains have in common those before, or 1. */
  private static double[] scales(double[] deviations, double[] before) {
    double[] scales = new double[deviations.length];
    for (int d = 0; d < scales.length; d++) {
      boolean isKnown = deviations[d] > 0 && Double.isFinite(deviations[d]);
      scales[d] = isKnown ? deviations[d] : before.length == 0 ? 1 : before[d];
    }
    return scales;
  }

  /** The largest step in β up to a limit that leaves the effective size wanted, of those alive. */
  private static double step(double[] logRatios, double limit) {
    double[] alive =
        Arrays.stream(logRatios).filter(ratio -> ratio > Double.NEGATIVE_INFINITY).toArray();
    checkState(
        alive.length > 0,
        "all pilot chains have left the model's support; begin at a guide nearer to the posterior");
    if (share(alive, limit) >= WANTED_SHARE) {
      return limit;
    }
    double low = 0;
    double high = limit;
    for (int i = 0; i < BISECTIONS; i++) {
      // Far from the posterior ratios are huge: the first steps may be of any order of magnitude.
      double middle = low == 0 ? high / 8 : (low + high) / 2;
      if (share(alive, middle) >= WANTED_SHARE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low == 0 ? high : low;
  }

  /** The effective share of weights r^step. */
  private static double share(double[] logRatios, double step) {
    double largest = Arrays.stream(logRatios).max().orElseThrow();
    double sum = 0;
    double squares = 0;
    for (double ratio : logRatios) {
      double weight = Math.exp(step * (ratio - largest));
      sum += weight;
      squares += weight * weight;
    }
    return sum * sum / squares / logRatios.length;
  }

  private void resample(double step) {
    double[] logRatios = population.logRatios();
    double largest = Arrays.stream(logRatios).filter(r -> !Double.isNaN(r)).max().orElseThrow();
    double[] weights =
        Arrays.stream(logRatios)
            .map(ratio -> Double.isNaN(ratio) ? 0 : Math.exp(step * (ratio - largest)))
            .toArray();
    double sum = Arrays.stream(weights).sum();
    double[] shares = Arrays.stream(weights).map(weight -> weight / sum).toArray();
    population.choose(StratifiedChoice.inOrder(shares, weights.length, noise.split(levels.size())));
  }
}
