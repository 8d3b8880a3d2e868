package org.ppl4j.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

@ExtendWith(LeakCheck.class)
class ConstraintTest {

  private static double[] of(double... values) {
    return values;
  }

  static Stream<Arguments> elementwise() {
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.NaN;
    return Stream.of(
        Arguments.of(Constraint.REAL, "real", of(-1e300, 0, 3), of(nan)),
        Arguments.of(Constraint.POSITIVE, "positive", of(1e-300, 3), of(0, -1, nan)),
        Arguments.of(Constraint.SOFTPLUS_POSITIVE, "softplus positive", of(3), of(0, -1, nan)),
        Arguments.of(Constraint.NON_NEGATIVE, "non-negative", of(0, 3), of(-1e-300, nan)),
        Arguments.of(Constraint.UNIT_INTERVAL, "unit interval", of(0, 0.5, 1), of(-0.1, 1.1, nan)),
        Arguments.of(
            Constraint.interval(-1, 5), "interval(-1.0, 5.0)", of(-1, 5), of(-1.1, 5.1, nan, inf)),
        Arguments.of(Constraint.BOOLEAN, "boolean", of(0, 1), of(0.5, -1, 2, nan, inf)),
        Arguments.of(
            Constraint.NON_NEGATIVE_INTEGER, "non-negative integer", of(0, 7), of(-1, 0.5, nan)),
        Arguments.of(Constraint.POSITIVE_INTEGER, "positive integer", of(1, 7), of(0, 1.5, nan)),
        Arguments.of(
            Constraint.integerInterval(2, 4),
            "integer interval(2, 4)",
            of(2, 3, 4),
            of(1, 5, 2.5, nan)));
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void numbersAndTensorsAgree(
      Constraint constraint, String name, double[] members, double[] others) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray inside = run.create(members, new Shape(members.length));
      NDArray outside = run.create(others, new Shape(others.length));

      assertThat(constraint.check(inside).toBooleanArray()).doesNotContain(false);
      assertThat(constraint.check(outside).toBooleanArray()).doesNotContain(true);
      assertThat(constraint).hasToString(name);
      assertThat(constraint.eventDims()).isZero();
      for (double member : members) {
        assertThat(constraint.contains(member)).as("%s", member).isTrue();
      }
      for (double other : others) {
        assertThat(constraint.contains(other)).as("%s", other).isFalse();
      }
      NDArray safe = constraint.inside(outside, constraint.check(outside));
      assertThat(constraint.check(safe).toBooleanArray()).doesNotContain(false);
    }
  }

  @Test
  void simplexSumsToOne() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray value =
          run.create(
              new double[] {0.2, 0.3, 0.5, 0.2, 0.3, 0.4, 1.5, -0.5, 0, 1, 0, 0}, new Shape(4, 3));

      assertThat(Constraint.SIMPLEX.check(value).toBooleanArray())
          .containsExactly(true, false, false, true);
      assertThat(Constraint.SIMPLEX.contains(1)).isFalse();
      NDArray safe = Constraint.SIMPLEX.inside(value, Constraint.SIMPLEX.check(value));
      assertThat(Constraint.SIMPLEX.check(safe).toBooleanArray()).doesNotContain(false);
    }
  }

  @Test
  void independentChecksAllEntries() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Constraint constraint = Constraint.independent(Constraint.POSITIVE, 1);
      NDArray value = run.create(new double[] {1, 2, 3, -1}, new Shape(2, 2));

      assertThat(constraint.check(value).toBooleanArray()).containsExactly(true, false);
      assertThat(constraint.eventDims()).isEqualTo(1);
      assertThat(constraint).hasToString("independent(positive, 1)");
      assertThat(Constraint.independent(constraint, 1))
          .isEqualTo(Constraint.independent(Constraint.POSITIVE, 2))
          .hasSameHashCodeAs(Constraint.independent(Constraint.POSITIVE, 2));
      assertThat(Constraint.independent(Constraint.REAL, 2).isReal()).isTrue();
      assertThat(Constraint.independent(Constraint.BOOLEAN, 1).isDiscrete()).isTrue();
      assertThat(Constraint.independent(Constraint.REAL, 0)).isSameAs(Constraint.REAL);
    }
  }

  @Test
  void intervalsCompareByTheirBounds() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray low = run.zeros(new Shape(2));
      NDArray high = run.ones(new Shape(2));

      assertThat(Constraint.interval(0, 1)).isEqualTo(Constraint.UNIT_INTERVAL);
      assertThat(Constraint.interval(0, 2)).isNotEqualTo(Constraint.UNIT_INTERVAL);
      assertThat(Constraint.interval(low, high)).isEqualTo(Constraint.interval(low, high));
      assertThat(Constraint.interval(low, high)).hasToString("interval((2), (2))");
      assertThat(Constraint.interval(low, high).contains(0.5)).isFalse();
      assertThat(Constraint.integerInterval(1, 2)).isEqualTo(Constraint.integerInterval(1, 2));
    }
  }

  @Test
  void emptyRangesAreRefused() {
    assertThatThrownBy(() -> Constraint.interval(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval from 1.0 to 1.0 is empty; low must be below high");
    assertThatThrownBy(() -> Constraint.integerInterval(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("integer interval from 3 to 2 is empty; low must be at most high");
    assertThatThrownBy(() -> Constraint.independent(Constraint.REAL, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("independent constraint over real takes a number of dims above 0, but got -1");
  }
}
