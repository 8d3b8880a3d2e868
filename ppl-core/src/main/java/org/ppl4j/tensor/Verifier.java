package org.ppl4j.tensor;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;

/**
 * Whether a record gives what the engine does, and when they are compared: at the evaluations 1, 2
 * and 3 always; at 5, 8 and so on, each the sum of the two before, up to 987, as long as
 * comparisons have taken less than a quarter of a second; there and later as long as they have
 * taken less than a twentieth of the time since the first; of data that change at each of the first
 * 10. So what happens at each k-th evaluation, or in one batch of k, is met, which steps of 10 or
 * 1,000 might never do.
 *
 * <p>They are compared number by number. What is apart by more than a few digits may still be
 * rounding: it is if the engine's number moves as far when what it is computed of moves by {@value
 * #UNITS} units in the last place, or, where that is not enough, by twice as many and so on. So a
 * value that decides, as that of a rectifier or the bin of a spline, may decide the other way, of
 * which a few moves by few units may know nothing.
 */
final class Verifier {

  /** So many are compared however long it takes. */
  private static final long ALWAYS = 3;

  /** The last evaluation of those that grow. */
  private static final long LAST = 987;

  /** So many are compared one after the other where data change. */
  private static final long EACH = 10;

  /** So many lie between those that may be compared later: a prime. */
  private static final long APART = 97;

  /** So many nanoseconds those that grow may take in all, whatever the rest takes. */
  private static final long FREE = 250_000_000;

  /** Of so much time one part may be taken by comparisons. */
  private static final long SHARE = 20;

  /** How far apart values may be, and as a share of them; slopes as a share. */
  private record Tolerance(double value, double ofValue, double ofSlope) {}

  /** Why two differ whose program does something else when it is recorded again. */
  static final String CHANGED = "; numbers of Java that it reads must not change, or be data";

  /** Why two differ whose program does the same then. */
  static final String THE_SAME =
      "; it does the same operations as when it was recorded, so that this is rounding, or a fault"
          + " of the record";

  // In single precision what cancels, as in the root of a quadratic, leaves a slope's first digits:
  // of ten thousand slopes of a spline coupling the engine's own was off by 1.1e-4 of one.
  private static final Tolerance DOUBLE = new Tolerance(1e-9, 1e-9, 1e-8);
  private static final Tolerance SINGLE = new Tolerance(1e-4, 5e-7, 2e-4);

  /** By so many units in the last place numbers are moved at first. */
  private static final int UNITS = 10;

  /** So often they are moved at most. */
  private static final int MOVES = 20;

  /** So many moves are by the same units. */
  private static final int ALIKE = 4;

  /** Rounding may be so many times what a few moves have shown. */
  private static final int SHOWN = 4;

  /** A number is moved as if it were no smaller than the largest by so much. */
  private static final double LEAST = 0x1p-10;

  private final boolean isSingle;
  private final Tolerance tolerance;
  private final boolean isChanging;
  private volatile long next = 1;
  private long first; // when
  private long spent;

  /**
   * Of what is computed in a float type.
   *
   * @param isChanging whether data may be others from one evaluation to the next
   */
  Verifier(FloatType floatType, boolean isChanging) {
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
    long now = System.nanoTime();
    if (count == 1) {
      first = now;
    }
    long free = count <= LAST ? FREE : 0;
    boolean begins = count <= ALWAYS || spent < Math.max(free, (now - first) / SHARE);
    next = begins ? after(count) : count + (count < LAST ? 1 : APART);
    return begins;
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
    spent += System.nanoTime() - began;
  }

  /** Numbers moved at random, each by so many units of its own last place, or not at all. */
  double[] moved(double[] numbers, int units, SplittableRandom random) {
    double largest = Arrays.stream(numbers).map(Math::abs).max().orElse(0);
    double least = largest == 0 ? 1 : largest * LEAST;
    return Arrays.stream(numbers)
        .map(x -> x + random.nextInt(-1, 2) * units * ulp(Math.max(Math.abs(x), least)))
        .toArray();
  }

  private double ulp(double x) {
    return isSingle ? Math.ulp((float) x) : Math.ulp(x);
  }

  /**
   * Whether two that differ do so by rounding.
   *
   * @param moved the engine's of what has moved by units in the last place, another each time
   */
  boolean isRounding(Point engine, Point record, IntFunction<Point> moved) {
    double values = 0;
    double[] slopes = new double[engine.gradient().length];
    double rounding = rounding(engine);
    for (int move = 0; move < MOVES; move++) {
      Point other = moved.apply(UNITS << move / ALIKE);
      values = Math.max(values, apart(engine.value(), other.value()));
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] = Math.max(slopes[i], apart(engine.gradient()[i], other.gradient()[i]));
      }
      double least = Math.max(rounding, SHOWN * median(slopes));
      boolean isExplained =
          apart(engine.value(), record.value()) <= Math.max(allowed(engine), SHOWN * values);
      for (int i = 0; i < slopes.length && isExplained; i++) {
        double slope = engine.gradient()[i];
        isExplained =
            apart(slope, record.gradient()[i])
                <= Math.max(allowed(slope), Math.max(least, SHOWN * slopes[i]));
      }
      if (isExplained) {
        return true;
      }
    }
    return false;
  }

  /** The lower one of two: few moves may miss a number that is rounded as most are. */
  private static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
  }

  /**
   * What terms as large as the largest of all numbers may leave where they cancel. There are terms
   * of about 1 where all these are next to 0: a log density is, and its slopes are, where a
   * probability has come to 1.
   */
  private double rounding(Point point) {
    double largest =
        DoubleStream.concat(DoubleStream.of(point.value()), Arrays.stream(point.gradient()))
            .map(Math::abs)
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    return UNITS * ulp(Math.max(1, largest));
  }

  private static double apart(double one, double other) {
    return Double.compare(one, other) == 0 ? 0 : Math.abs(one - other);
  }

  /** By how much values may be apart, which are logarithms. */
  private double allowed(Point engine) {
    return tolerance.value() + tolerance.ofValue() * Math.abs(engine.value());
  }

  private double allowed(double slope) {
    return tolerance.ofSlope() * Math.abs(slope);
  }

  /**
   * How the two differ, if by more than a few digits; where the value is not finite, the values.
   */
  Optional<String> difference(Point engine, Point record) {
    int count = Double.isFinite(engine.value()) ? engine.gradient().length : 0;
    double rounding = rounding(engine);
    boolean same = apart(engine.value(), record.value()) <= allowed(engine);
    double apart = 0;
    for (int i = 0; i < count; i++) {
      double slope = engine.gradient()[i];
      double difference = apart(slope, record.gradient()[i]);
      if (!(difference <= Math.max(rounding, allowed(slope)))) {
        same = false;
        apart = Math.max(apart, difference);
      }
    }
    return same
        ? Optional.empty()
        : Optional.of(
            "its record gives "
                + record.value()
                + " with a gradient that is off by "
                + apart
                + " where the engine gives "
                + engine.value());
  }
}
