package org.ppl4j.infer.density;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The numbers origin + k · numerator / denominator, of whole k: those that a rounded column has. A
 * decimal step is a whole number of tenths, hundredths and so on, so that numbers come out as they
 * are written.
 */
record Grid(double origin, double numerator, double denominator) {

  /** What is so near to a place, in steps, is there. */
  private static final double NEAR = 1e-6;

  private static final int MOST_DIGITS = 9;

  /**
   * That of a column in steps; null if some of its numbers are elsewhere.
   *
   * @param step between most neighbours
   */
  static @Nullable Grid of(double[] numbers, double step) {
    for (double denominator = 1; denominator <= Math.pow(10, MOST_DIGITS); denominator *= 10) {
      double numerator = Math.rint(step * denominator);
      boolean isDecimal =
          numerator >= 1 && Math.abs(step * denominator - numerator) < NEAR * numerator;
      if (isDecimal) {
        double least = Arrays.stream(numbers).min().orElse(0);
        Grid around = new Grid(0, numerator, denominator);
        Grid from = new Grid(least, numerator, denominator);
        Grid finest = new Grid(0, 1, denominator);
        for (Grid grid : new Grid[] {around, from, finest}) {
          if (Arrays.stream(numbers).allMatch(grid::has)) {
            return grid;
          }
        }
      }
    }
    double least = Arrays.stream(numbers).min().orElse(0);
    Grid plain = new Grid(least, step, 1);
    return Arrays.stream(numbers).allMatch(plain::has) ? plain : null;
  }

  double step() {
    return numerator / denominator;
  }

  /** The whole number of the place that is nearest to a number. */
  double index(double number) {
    return Math.rint((number - origin) / step());
  }

  /** The number at a place. */
  double at(double index) {
    return origin + index * numerator / denominator + 0.0;
  }

  /** The place that is nearest to a number. */
  double nearest(double number) {
    return at(index(number));
  }

  /** Whether a number is at a place. */
  boolean has(double number) {
    double off = Math.abs(number - nearest(number));
    return off <= NEAR * step() && off <= 8 * Math.ulp(number) + Math.ulp(origin);
  }
}
