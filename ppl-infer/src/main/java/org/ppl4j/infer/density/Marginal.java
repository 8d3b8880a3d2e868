package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.ppl4j.tensor.file.Family;

/**
 * An increasing map y(z) from normal scores z to the numbers of a column: rational quadratic pieces
 * between knots (Gregory and Delbourgo 1982), and beyond the outer ones
 *
 * <pre>{@code
 * y = y_e ± s_e (exp(3 t) − 1) / 3,  t = |z − z_e| up to 1, then linear
 * }</pre>
 *
 * <p>with the outer slope s_e, which may be small: where a column ends sharply hardly any draw lies
 * beyond, and yet a number that does is not infinitely unlikely.
 */
final class Marginal {

  /**
   * Of what the knots stand for: raised where the same ones come to make another map. In version 1
   * slopes grew three times as far.
   */
  static final Family FAMILY = Family.of(Marginal.class, 2);

  /** How fast the slope grows beyond the knots, and for how long. */
  private static final double GROWTH = 3;

  private static final double GROWING = 1;

  private final double[] scores;
  private final double[] numbers;
  private final double[] slopes;

  /** Through knots that {@linkplain #isMap are those of a map}. */
  Marginal(double[] scores, double[] numbers, double[] slopes) {
    this.scores = scores;
    this.numbers = numbers;
    this.slopes = slopes;
  }

  /**
   * Whether there is a map through knots.
   *
   * @param scores z, ascending, at least two
   * @param numbers y, ascending
   * @param slopes dy/dz, positive
   */
  static boolean isMap(double[] scores, double[] numbers, double[] slopes) {
    boolean isMap = scores.length >= 2;
    for (int i = 0; i < scores.length; i++) {
      isMap &= slopes[i] > 0 && Double.isFinite(slopes[i]) && Double.isFinite(numbers[i]);
      isMap &= i == 0 || (scores[i] > scores[i - 1] && numbers[i] > numbers[i - 1]);
    }
    return isMap;
  }

  /** z, y and dy/dz of all knots, one after the other. */
  double[] knots() {
    double[] all = Arrays.copyOf(scores, 3 * scores.length);
    System.arraycopy(numbers, 0, all, scores.length, scores.length);
    System.arraycopy(slopes, 0, all, 2 * scores.length, scores.length);
    return all;
  }

  /**
   * The map with these {@link #knots}.
   *
   * @param where they are from, for errors
   * @throws IllegalArgumentException if there is none
   */
  static Marginal ofKnots(String where, double[] knots) {
    int count = knots.length / 3;
    double[] scores = Arrays.copyOf(knots, count);
    double[] numbers = Arrays.copyOfRange(knots, count, 2 * count);
    double[] slopes = Arrays.copyOfRange(knots, 2 * count, 3 * count);
    checkArgument(
        isMap(scores, numbers, slopes),
        "%s, whose knots do not ascend; pass a file that a density's save wrote",
        where);
    return new Marginal(scores, numbers, slopes);
  }

  /** A number's score, and the logarithm of dz/dy. */
  record Score(double value, double logSlope) {}

  /** The score of a number. */
  Score score(double y) {
    int last = numbers.length - 1;
    if (y < numbers[0]) {
      return beyond(numbers[0] - y, slopes[0], scores[0], -1);
    }
    if (!(y <= numbers[last])) {
      return beyond(y - numbers[last], slopes[last], scores[last], 1);
    }
    int k = bin(numbers, y);
    double width = scores[k + 1] - scores[k];
    double height = numbers[k + 1] - numbers[k];
    double slope = height / width;
    double share = (y - numbers[k]) / height;
    double delta = (1 - share) * slopes[k] - share * slopes[k + 1];
    double left = 2 * slope * share;
    double right = 2 * slope * (1 - share);
    double wide = Math.abs(delta) + Math.sqrt(delta * delta + left * right);
    double xi = delta >= 0 ? left / (left + wide) : wide / (right + wide);
    double rest = 1 - xi;
    double below = slope + (slopes[k] + slopes[k + 1] - 2 * slope) * xi * rest;
    double steep = slopes[k + 1] * xi * xi + 2 * slope * xi * rest + slopes[k] * rest * rest;
    return new Score(scores[k] + xi * width, -2 * Math.log(slope / below) - Math.log(steep));
  }

  private static Score beyond(double distance, double slope, double score, int sign) {
    double max = slope * Math.expm1(GROWTH * GROWING) / GROWTH;
    double steepest = slope * Math.exp(GROWTH * GROWING);
    return distance < max
        ? new Score(
            score + sign * Math.log1p(GROWTH * distance / slope) / GROWTH,
            -Math.log(slope + GROWTH * distance))
        : new Score(score + sign * (GROWING + (distance - max) / steepest), -Math.log(steepest));
  }

  /** The number of a score. */
  double number(double z) {
    int last = scores.length - 1;
    if (z < scores[0]) {
      return numbers[0] - distance(scores[0] - z, slopes[0]);
    }
    if (!(z <= scores[last])) {
      return numbers[last] + distance(z - scores[last], slopes[last]);
    }
    int k = bin(scores, z);
    double width = scores[k + 1] - scores[k];
    double height = numbers[k + 1] - numbers[k];
    double slope = height / width;
    double xi = (z - scores[k]) / width;
    double rest = 1 - xi;
    double below = slope + (slopes[k] + slopes[k + 1] - 2 * slope) * xi * rest;
    return numbers[k] + height * (slope * xi * xi + slopes[k] * xi * rest) / below;
  }

  private static double distance(double t, double slope) {
    double grown = slope * Math.expm1(GROWTH * Math.min(t, GROWING)) / GROWTH;
    return t > GROWING ? grown + (t - GROWING) * slope * Math.exp(GROWTH * GROWING) : grown;
  }

  /** The k with a value between entries k and k + 1. */
  private static int bin(double[] ascending, double value) {
    int found = Arrays.binarySearch(ascending, value);
    int below = found >= 0 ? found : -found - 2;
    return Math.min(below, ascending.length - 2);
  }
}
