package org.ppl4j.infer.internal;

/**
 * The power of two in which numbers span about 1, so that figures of them do not depend on their
 * units: to divide by it and to multiply with it rounds nothing, and squares neither overflow nor
 * vanish. It is 1 for numbers that are all the same, or not all finite.
 *
 * @param exponent of two
 */
public record Unit(int exponent) {

  /** Of these numbers. */
  public static Unit of(double[]... numbers) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (double[] some : numbers) {
      for (double x : some) {
        if (!Double.isFinite(x)) {
          return new Unit(0);
        }
        least = Math.min(least, x);
        greatest = Math.max(greatest, x);
      }
    }
    double half = 0.5 * greatest - 0.5 * least;
    return new Unit(half > 0 ? Math.getExponent(half) + 1 : 0);
  }

  /** A number in units of it. */
  public double divide(double x) {
    return Math.scalb(x, -exponent);
  }

  /** Numbers in units of it. */
  public double[] divide(double[] numbers) {
    double[] units = new double[numbers.length];
    for (int i = 0; i < units.length; i++) {
      units[i] = divide(numbers[i]);
    }
    return units;
  }

  /** What so many units are. */
  public double times(double units) {
    return Math.scalb(units, exponent);
  }
}
