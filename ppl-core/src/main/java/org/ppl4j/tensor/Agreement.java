package org.ppl4j.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether a record gives what the engine does, and when they are compared: at the evaluations 1, 2,
 * 3, 5, 8 and so on, each the sum of the two before, up to 987, and then whenever this has taken
 * less than a hundredth of the time; of data that change at each of the first 10, too. So what
 * happens at each k-th evaluation, or in one batch of k, is met, which steps of 10 or 1,000 might
 * never do.
 */
final class Agreement {

  /** The last evaluation that is compared however long it takes. */
  private static final long LAST = 987;

  /** So many are compared one after the other where data change. */
  private static final long EACH = 10;

  /** So many lie between those that may be compared later: a prime. */
  private static final long APART = 97;

  private static final double DOUBLE = 1e-8;
  private static final double SINGLE = 1e-3;

  /** By so many units in the last place is moved what the engine's changes are measured by. */
  private static final int UNITS = 10;

  private final boolean isSingle;
  private final double tolerance;
  private final boolean isChanging;
  private volatile long next = 1;
  private long wait;

  /**
   * Of what is computed in a float type.
   *
   * @param isChanging whether data may be others from one evaluation to the next
   */
  Agreement(FloatType floatType, boolean isChanging) {
    this.isSingle = floatType == FloatType.FLOAT32;
    this.tolerance = isSingle ? SINGLE : DOUBLE;
    this.isChanging = isChanging;
  }

  /** A value and a gradient. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Point(double value, double[] gradient) {

    boolean isFinite() {
      return Double.isFinite(value) && Arrays.stream(gradient).allMatch(Double::isFinite);
    }
  }

  /** Whether evaluation {@code count} may be one to be compared. */
  boolean isDue(long count) {
    return count >= next;
  }

  /** Whether it is; called by one thread at a time. */
  boolean begins(long count) {
    if (count < next) {
      return false;
    }
    next = after(count);
    return count <= LAST || System.nanoTime() - wait >= 0;
  }

  private long after(long count) {
    if (isChanging && count < EACH) {
      return count + 1;
    }
    long before = 1;
    long number = 2;
    while (number <= count && number < LAST) {
      long sum = before + number;
      before = number;
      number = sum;
    }
    return number > count ? number : count + APART;
  }

  /** A comparison that began at a time has ended. */
  void ends(long began) {
    long now = System.nanoTime();
    wait = now + 100 * (now - began);
  }

  /** How far numbers are moved, of which the largest is known, to see what rounding changes. */
  double shift(double largest) {
    return UNITS * (isSingle ? Math.ulp((float) largest) : Math.ulp(largest));
  }

  /**
   * Whether two differ by no more than the engine's changes when what it is computed of moves by
   * {@value #UNITS} units in the last place: where a value decides, as that of a rectifier or the
   * bin of a spline, single precision may decide the other way.
   *
   * @param moved the engine's of what has moved
   */
  boolean isRounding(Point engine, Point record, List<Point> moved) {
    double values = tolerance * (1 + Math.abs(engine.value()));
    double slopes = 0;
    for (Point other : moved) {
      values = Math.max(values, Math.abs(other.value() - engine.value()));
      slopes = Math.max(slopes, apart(engine, other));
    }
    return Math.abs(record.value() - engine.value()) <= values && apart(engine, record) <= slopes;
  }

  /** The largest difference of two gradients; NaN if one is not defined. */
  private static double apart(Point one, Point other) {
    double apart = 0;
    for (int i = 0; i < one.gradient().length; i++) {
      apart = Math.max(apart, Math.abs(one.gradient()[i] - other.gradient()[i]));
    }
    return apart;
  }

  /** How the two differ, if by more than rounding; where the value is not finite, the values. */
  Optional<String> difference(Point engine, Point record) {
    double largest = 1;
    double apart = 0;
    boolean undefined = false;
    for (int i = 0; Double.isFinite(engine.value()) && i < engine.gradient().length; i++) {
      double expected = engine.gradient()[i];
      double actual = record.gradient()[i];
      if (Double.compare(expected, actual) != 0) {
        double difference = Math.abs(expected - actual);
        undefined |= Double.isNaN(difference);
        apart = Math.max(apart, difference);
      }
      largest = Double.isFinite(expected) ? Math.max(largest, Math.abs(expected)) : largest;
    }
    double values = Math.abs(engine.value() - record.value());
    boolean same =
        Double.compare(engine.value(), record.value()) == 0
            || values <= tolerance * (1 + Math.abs(engine.value()));
    return same && !undefined && apart <= tolerance * largest
        ? Optional.empty()
        : Optional.of(
            "its record gives "
                + record.value()
                + " with a gradient that is off by "
                + (undefined ? Double.NaN : apart)
                + " where the engine gives "
                + engine.value()
                + "; numbers of Java that it reads must not change, or be data");
  }
}
