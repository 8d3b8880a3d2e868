package org.ppl4j.infer.density;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Erfc;
import org.ppl4j.internal.math.NormalQuantile;

/**
 * A rising map of probabilities: from those that a distribution says to those that come true. A
 * distribution that is right has scores z = Φ⁻¹(u) of rows that are standard normal; of one that is
 * not they are taken for normal with a mean and a deviation, so that Φ((z − mean) / deviation) are
 * its probabilities. Where it is too sure the deviation is above 1.
 *
 * <p>Mean and logarithm of the deviation are the likeliest of rows that had no part in learning,
 * each shrunk by its squared standard error s² over itself: x (1 − s²/x²), and 0 where it is no
 * more than its error. So few rows change little, and none at random what is right. Sources: Dawid,
 * "The prequential approach" (1984), for the scores; Breiman, "Better subset regression using the
 * nonnegative garrote" (1995), for the shrinkage.
 *
 * <p>Probabilities are doubles, which near 1 are rounded to steps of 1e-16: no score counts as
 * beyond ±{@value #FARTHEST}.
 *
 * @param mean of the scores
 * @param deviation of the scores, positive
 */
record Recalibration(double mean, double deviation) {

  /** What changes nothing. */
  static final Recalibration NONE = new Recalibration(0, 1);

  private static final double ROOT_HALF = Math.sqrt(0.5);

  /** Beyond, a probability is 1 to the last digit. */
  static final double FARTHEST = 8;

  /** The share of numbers whose spread counts. */
  private static final double MIDDLE = 0.8;

  /** Fewer rows tell nothing. */
  private static final int FEW = 20;

  /** What is less far, in scores, has no mass but a slope. */
  private static final double STEP = 1e-6;

  /** The logarithm of the deviation is no farther from 0. */
  private static final double MOST = Math.log(3);

  /**
   * The likeliest of rows, shrunk.
   *
   * @param places the probabilities of less than each of them, that had no part in learning
   * @param weights how much each of them counts; null where all count alike
   */
  static Recalibration of(double[] places, double @Nullable [] weights) {
    double n = weights == null ? places.length : worth(weights);
    if (!(n >= FEW)) { // NaN where no row counts
      return NONE;
    }
    double[] scores = scores(places);
    double average = moment(scores, 0, 1, weights);
    double second = moment(scores, average, 2, weights);
    double mean = shrunk(average, second / n);
    // Of the squares' own spread, so that a few far rows alone say little.
    double error = (moment(scores, average, 4, weights) / (second * second) - 1) / (4 * n);
    double log = shrunk(limited(Math.log(second) / 2), error);
    return new Recalibration(mean, Math.exp(log));
  }

  /**
   * The deviation of numbers around 0, by what four fifths of them are within and normal ones would
   * be, shrunk; 1 of too few. A few that are far out do not make the rest wider.
   */
  static double spread(double[] numbers) {
    int n = numbers.length;
    if (n < FEW) {
      return 1;
    }
    double[] sizes = Arrays.stream(numbers).map(Math::abs).sorted().toArray();
    double within = NormalQuantile.of((1 + MIDDLE) / 2);
    double log = Math.log(sizes[(int) (MIDDLE * n)] / within);
    double slope = 2 * within * Math.exp(-within * within / 2) / Math.sqrt(2 * Math.PI);
    double error = MIDDLE * (1 - MIDDLE) / (n * slope * slope);
    return Math.exp(shrunk(limited(log), error));
  }

  private static double[] scores(double[] places) {
    return Arrays.stream(places).map(Recalibration::score).toArray();
  }

  /** Mean and deviation of the scores of rows. */
  record Moments(double mean, double deviation) {

    /** By weights, as {@link Recalibration#of(double[], double[])}. */
    static Moments of(double[] places, double @Nullable [] weights) {
      double[] scores = scores(places);
      double average = moment(scores, 0, 1, weights);
      return new Moments(average, Math.sqrt(moment(scores, average, 2, weights)));
    }

    /** What they become by a map. */
    Moments mapped(Recalibration map) {
      return new Moments(map.moved(mean), deviation / map.deviation());
    }

    /** The map by which they become others. */
    Recalibration to(Moments others) {
      double ratio = deviation / others.deviation;
      return new Recalibration(mean - ratio * others.mean, ratio);
    }
  }

  /** This first, then the other, with a deviation that is not too far from 1. */
  Recalibration then(Recalibration other) {
    double both = Math.exp(limited(Math.log(deviation * other.deviation)));
    return new Recalibration(mean + deviation * other.mean, both);
  }

  /** How many rows that count alike they are worth (Kish). */
  private static double worth(double[] weights) {
    double sum = Arrays.stream(weights).sum();
    return sum * sum / Arrays.stream(weights).map(weight -> weight * weight).sum();
  }

  private static double limited(double logDeviation) {
    return Math.max(-MOST, Math.min(logDeviation, MOST));
  }

  private static double moment(
      double[] scores, double mean, int order, double @Nullable [] weights) {
    double[] powers = Arrays.stream(scores).map(z -> Math.pow(z - mean, order)).toArray();
    return Tables.mean(powers, weights);
  }

  private static double shrunk(double estimate, double squaredError) {
    return estimate == 0 ? 0 : estimate * Math.max(0, 1 - squaredError / (estimate * estimate));
  }

  private static double score(double probability) {
    return Math.max(-FARTHEST, Math.min(NormalQuantile.of(probability), FARTHEST));
  }

  /** Whether it changes nothing. */
  boolean isNone() {
    return mean == 0 && deviation == 1;
  }

  /** The probability that comes true; 0 and 1 stay. */
  double of(double probability) {
    return probability <= 0 || probability >= 1
        ? probability
        : normal(moved(NormalQuantile.of(probability)));
  }

  /** The probability that a distribution says where this comes true; 0 and 1 stay. */
  double inverse(double probability) {
    return probability <= 0 || probability >= 1
        ? probability
        : normal(mean + deviation * NormalQuantile.of(probability));
  }

  /** Φ, neither 0 nor 1 of a number. */
  private static double normal(double z) {
    return Math.max(Double.MIN_NORMAL, Math.min(tail(-z), Math.nextDown(1.0)));
  }

  /** 1 − Φ. */
  private static double tail(double z) {
    return Erfc.of(z * ROOT_HALF) / 2;
  }

  /**
   * The logarithm of how much likelier a number becomes: the slope where the distribution is
   * continuous, else what becomes of a mass over what it was.
   *
   * @param below the probability of less
   * @param upTo the probability of as much
   */
  double logGain(double below, double upTo) {
    double low = NormalQuantile.of(below);
    double high = NormalQuantile.of(upTo);
    if (high - low > STEP) {
      return Math.log(mass(moved(low), moved(high))) - Math.log(mass(low, high));
    }
    double z = score((below + upTo) / 2);
    double w = moved(z);
    return (z * z - w * w) / 2 - Math.log(deviation);
  }

  private double moved(double z) {
    return (z - mean) / deviation;
  }

  private static double mass(double low, double high) {
    return low > 0 ? tail(low) - tail(high) : tail(-high) - tail(-low);
  }
}
