package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class IncompleteFunctionsTest {

  private static void close(String what, double actual, double expected, double tolerance) {
    double error = Math.abs(actual - expected);
    assertThat(error)
        .as("%s: %s, expected %s", what, actual, expected)
        .isLessThanOrEqualTo(tolerance * Math.abs(expected) + Double.MIN_NORMAL);
  }

  /** How far a value moves, relatively, when an argument moves by a unit in the last place. */
  private static double conditioned(double tolerance, double slope, double x, double value) {
    return tolerance + 4 * 0x1p-53 * Math.abs(slope * x / value);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "incomplete.csv")
  void agreeWithThirtyDigits(
      String function,
      double a,
      @Nullable Double b,
      double x,
      double lower,
      double upper,
      double slopeA,
      @Nullable Double slopeB) {
    if (b == null) {
      double density = IncompleteGamma.density(a, x);
      check(IncompleteGamma.LOWER, "P", new double[] {a, x}, lower, density, slopeA, 0);
      check(IncompleteGamma.UPPER, "Q", new double[] {a, x}, upper, -density, -slopeA, 0);
      inverts(IncompleteGamma.LOWER, IncompleteGamma.LOWER_INVERSE, new double[] {a, x});
      inverts(IncompleteGamma.UPPER, IncompleteGamma.UPPER_INVERSE, new double[] {a, x});
    } else {
      double[] point = {a, b, x};
      double density = IncompleteBeta.at(a, b, x, 1 - x).density() / (1 - x);
      double other = Objects.requireNonNull(slopeB);
      check(BetaTails.LOWER, "I", point, lower, density, slopeA, other);
      check(BetaTails.UPPER, "1 - I", point, upper, -density, -slopeA, -other);
      inverts(BetaTails.LOWER, BetaTails.LOWER_INVERSE, point);
      inverts(BetaTails.UPPER, BetaTails.UPPER_INVERSE, point);
    }
  }

  private static void check(
      DifferentiableFunction f,
      String name,
      double[] x,
      double value,
      double density,
      double slopeA,
      double slopeB) {
    String what = name + List.of(x[0], x[1], x[x.length - 1]);
    double actual = f.value(x);
    double[] slopes = new double[x.length];
    f.slopes(x, actual, slopes);
    double largest = Math.max(1 / x[0], x.length > 2 ? 1 / x[1] : 0);
    close(what, actual, value, conditioned(2e-13 + 1e-15 * largest, density, 1, value));
    close("d/da " + what, slopes[0], slopeA, 2e-11);
    if (x.length > 2) {
      close("d/db " + what, slopes[1], slopeB, 2e-11);
    }
  }

  /** To what a change of the value by its rounding does. */
  private static void inverts(
      DifferentiableFunction f, DifferentiableFunction inverse, double[] x) {
    int last = x.length - 1;
    double[] slopes = new double[x.length];
    double p = f.value(x);
    f.slopes(x, p, slopes);
    if (p < 1e-290 || p > 1 - 1e-10) {
      return;
    }
    double[] at = x.clone();
    at[last] = p;
    double again = inverse.value(at);
    double tolerance = conditioned(1e-13, p, 40, slopes[last] * x[last]);
    close("inverse at " + List.of(x[0], x[1], p), again, x[last], tolerance);
    double[] back = new double[x.length];
    inverse.slopes(at, again, back);
    close("inverse's slope", back[last] * slopes[last], 1, 1e-9 + 100 * tolerance);
    for (int i = 0; i < last; i++) {
      close("implicit slope", -back[i] * slopes[last], slopes[i], 1e-9 + 100 * tolerance);
    }
  }
}
