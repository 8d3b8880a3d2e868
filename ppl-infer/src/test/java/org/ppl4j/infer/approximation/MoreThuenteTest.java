package org.ppl4j.infer.approximation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.approximation.Lbfgs.Iterate;

/**
 * The six functions of Moré and Thuente (1994), section 5, with their constants and their four
 * first steps; and walls.
 */
class MoreThuenteTest {

  private static final double[] FIRST = {1e-3, 1e-1, 1e1, 1e3};

  /** A function with its derivative, and the constants of its table. */
  private record Line(
      DoubleUnaryOperator value, DoubleUnaryOperator slope, double decrease, double flatness) {

    private Iterate at(int number, double[] t) {
      return new Iterate(
          number, t, value.applyAsDouble(t[0]), new double[] {slope.applyAsDouble(t[0])});
    }

    private double search(double first) {
      Iterate start = at(0, new double[] {0});
      return requireNonNull(
              new MoreThuente(decrease, flatness).along(this::at, start, new double[] {1}, first))
          .x()[0];
    }
  }

  static Stream<Named<Line>> lines() {
    return Stream.of(
        Named.of("5.1", first()),
        Named.of("5.2", second()),
        Named.of("5.3", third()),
        Named.of("5.4 (0.001, 0.001)", yanai(0.001, 0.001)),
        Named.of("5.4 (0.01, 0.001)", yanai(0.01, 0.001)),
        Named.of("5.4 (0.001, 0.01)", yanai(0.001, 0.01)));
  }

  private static Line first() {
    double beta = 2;
    return new Line(
        t -> -t / (t * t + beta),
        t -> (t * t - beta) / ((t * t + beta) * (t * t + beta)),
        0.001,
        0.1);
  }

  private static Line second() {
    double beta = 0.004;
    return new Line(
        t -> Math.pow(t + beta, 5) - 2 * Math.pow(t + beta, 4),
        t -> 5 * Math.pow(t + beta, 4) - 8 * Math.pow(t + beta, 3),
        0.1,
        0.1);
  }

  private static Line third() {
    double beta = 0.01;
    double wave = 39 * Math.PI / 2;
    return new Line(
        t ->
            (t <= 1 - beta
                    ? 1 - t
                    : t >= 1 + beta ? t - 1 : (t - 1) * (t - 1) / (2 * beta) + beta / 2)
                + (1 - beta) / wave * Math.sin(wave * t),
        t ->
            (t <= 1 - beta ? -1 : t >= 1 + beta ? 1 : (t - 1) / beta)
                + (1 - beta) * Math.cos(wave * t),
        0.1,
        0.1);
  }

  private static Line yanai(double a, double b) {
    double left = Math.hypot(1, a) - a;
    double right = Math.hypot(1, b) - b;
    return new Line(
        t -> left * Math.hypot(1 - t, b) + right * Math.hypot(t, a),
        t -> left * (t - 1) / Math.hypot(1 - t, b) + right * t / Math.hypot(t, a),
        0.001,
        0.001);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void stepsAreGoodFromNearAndFar(Line line) {
    for (double first : FIRST) {
      double t = line.search(first);
      double start = line.slope.applyAsDouble(0);
      assertThat(start).isNegative();
      assertThat(line.value.applyAsDouble(t))
          .isLessThanOrEqualTo(line.value.applyAsDouble(0) + line.decrease * start * t);
      assertThat(Math.abs(line.slope.applyAsDouble(t)))
          .isLessThanOrEqualTo(line.flatness * Math.abs(start));
    }
  }

  /** Table 1 of the paper, to the digits that it has. */
  @Test
  void stepsAreThePublishedOnes() {
    assertThat(first().search(1e-3)).isCloseTo(1.4, within(0.05));
    assertThat(first().search(1e-1)).isCloseTo(1.4, within(0.05));
    assertThat(first().search(1e1)).isCloseTo(10, within(0.5));
    assertThat(first().search(1e3)).isCloseTo(37, within(0.5));
  }

  /** A parabola with its minimum at 3 that ends at 3.5. */
  @Test
  void aWallIsNotCrossed() {
    Line wall =
        new Line(
            t -> t < 3.5 ? (t - 3) * (t - 3) : Double.POSITIVE_INFINITY,
            t -> t < 3.5 ? 2 * (t - 3) : Double.NaN,
            1e-4,
            1e-3);
    for (double first : FIRST) {
      assertThat(wall.search(first)).isCloseTo(3, within(3e-3)); // 1e-3 of the slope
    }
  }

  /** Downhill to a cliff at 0.7: no trial goes where one fell, or beyond. */
  @Test
  void whereOneFellNoOtherGoes() {
    List<Double> trials = new ArrayList<>();
    Line cliff =
        new Line(
            t -> {
              trials.add(t);
              return t < 0.7 ? -t : Double.NaN;
            },
            t -> -1,
            1e-4,
            0.5);
    double t = cliff.search(1);

    double wall = Double.POSITIVE_INFINITY;
    for (double trial : trials) {
      assertThat(trial).isLessThan(wall);
      wall = trial < 0.7 ? wall : Math.min(wall, trial);
    }
    assertThat(trials).hasSizeGreaterThan(10);
    assertThat(t).isBetween(0.69, 0.7);
  }

  @Test
  void thereIsNoneUphill() {
    Line hill = new Line(t -> t, t -> -1, 1e-4, 0.9); // its slope is a lie
    Iterate start = hill.at(0, new double[] {0});
    assertThat(MoreThuente.standard().along(hill::at, start, new double[] {1}, 1)).isNull();
  }
}
