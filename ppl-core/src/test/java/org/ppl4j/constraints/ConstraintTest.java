package org.ppl4j.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.internal.table.Shapes;
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
        Arguments.of(
            Constraint.CIRCULAR, "circular", of(-Math.PI, 0, Math.PI), of(-3.2, 3.2, nan, inf)),
        Arguments.of(Constraint.greaterThan(2), "above 2.0", of(2.1, 9), of(2, -1, nan)),
        Arguments.of(Constraint.greaterThanEq(-2), "at least -2.0", of(-2, 9), of(-2.1, nan)),
        Arguments.of(Constraint.lessThan(2), "below 2.0", of(1.9, -9), of(2, 3, nan)),
        Arguments.of(Constraint.lessThanEq(0), "at most 0.0", of(0, -9), of(0.1, nan)),
        Arguments.of(Constraint.BOOLEAN, "boolean", of(0, 1), of(0.5, -1, 2, nan, inf)),
        Arguments.of(
            Constraint.NON_NEGATIVE_INTEGER,
            "non-negative integer",
            of(0, 7),
            of(-1, 0.5, nan, inf)),
        Arguments.of(
            Constraint.POSITIVE_INTEGER, "positive integer", of(1, 7), of(0, 1.5, nan, inf)),
        Arguments.of(Constraint.INTEGER, "integer", of(-3, 0, 7), of(-0.5, nan, inf)),
        Arguments.of(Constraint.BELOW_ONE, "from 0 to below 1", of(0, 0.5, 0.99), of(-0.1, 1, nan)),
        Arguments.of(Constraint.ABOVE_ZERO, "from above 0 to 1", of(1e-9, 0.5, 1), of(0, 1.1, nan)),
        Arguments.of(
            Constraint.integerInterval(-1, 2),
            "integer interval(-1, 2)",
            of(-1, 0, 2),
            of(-2, 3, inf)),
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

  static Stream<Arguments> vectors() {
    double nan = Double.NaN;
    return Stream.of(
        Arguments.of(
            Constraint.ORDERED_VECTOR,
            "ordered vector",
            of(-1, 0, 5, 2, 2, 2),
            of(0, 2, 1, 1, 0, 5, nan, 1, 2, 0, 1, nan)),
        Arguments.of(
            Constraint.POSITIVE_ORDERED_VECTOR,
            "positive ordered vector",
            of(1e-9, 3, 5, 2, 2, 3),
            of(-1, 2, 3, 0, 1, 2, 1, 3, 2, 1, nan, 3)),
        Arguments.of(
            Constraint.SPHERE, "sphere", of(1, 0, 0, 0.6, 0, -0.8), of(0.6, 0, 0.7, nan, 1, 0)),
        Arguments.of(
            Constraint.ZERO_SUM,
            "zero-sum vector",
            of(0, 0, 0, 1e9, 1, -1000000001, 1, 2, -3),
            of(1, 2, -2.9, nan, 0, 0)),
        Arguments.of(
            Constraint.ONE_HOT,
            "one-hot vector",
            of(1, 0, 0, 0, 0, 1),
            of(0, 0, 0, 1, 1, 0, 0.5, 0.5, 0, 2, 0, -1, nan, 0, 1)),
        Arguments.of(
            Constraint.multinomial(4),
            "multinomial(4.0)",
            of(4, 0, 0, 1, 2, 1),
            of(1, 1, 1, 5, 0, -1, 2.5, 1.5, 0, nan, 4, 0)),
        Arguments.of(
            Constraint.stack(
                List.of(Constraint.REAL, Constraint.POSITIVE, Constraint.UNIT_INTERVAL)),
            "stack[real, positive, unit interval]",
            of(-1, 2, 0.5, 9, 0.1, 0),
            of(-1, 0, 0.5, 0, 1, 1.5, nan, 1, 1)),
        Arguments.of(
            Constraint.cat(List.of(Constraint.ORDERED_VECTOR, Constraint.POSITIVE), 2, 1),
            "cat[ordered vector, independent(positive, 1)][2, 1]",
            of(-1, 2, 0.5, 9, 9, 1),
            of(1, 0, 0.5, 0, 1, 0)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vectorsAreMembersAsAWhole(
      Constraint constraint, String name, double[] members, double[] others) {
    checkMembers(constraint, name, members, others, new Shape(3));
  }

  static Stream<Arguments> matrices() {
    double nan = Double.NaN;
    return Stream.of(
        Arguments.of(
            Constraint.LOWER_CHOLESKY,
            "lower Cholesky factor",
            of(1, 0, -3, 0.1, 2, 0, 0, 2),
            of(1, 0.1, 2, 1, 1, 0, 2, 0, -1, 0, 2, 1, 1, nan, 2, 1, nan, 0, 2, 1)),
        Arguments.of(
            Constraint.CORR_CHOLESKY,
            "correlation Cholesky factor",
            of(1, 0, -0.6, 0.8, 1, 0, 0, 1),
            of(1, 0, 0.6, 0.7, 1, 0, 0.6, -0.8, 1, 0.1, 0, 1, 1, 0, nan, 1)),
        Arguments.of(
            Constraint.POSITIVE_DEFINITE,
            "positive definite matrix",
            of(2, -1, -1, 3, 1e-8, 0, 0, 1e8),
            of(1, 2, 2, 1, 1, 0.1, 0.2, 1, -1, 0, 0, 1, 1, 1, 1, 1, nan, 0, 0, 1)),
        Arguments.of(
            Constraint.CORR_MATRIX,
            "correlation matrix",
            of(1, -0.5, -0.5, 1, 1, 0, 0, 1),
            of(2, 0, 0, 1, 1, 1.1, 1.1, 1, 1, 0.2, 0.3, 1)));
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void matricesAreMembersAsAWhole(
      Constraint constraint, String name, double[] members, double[] others) {
    checkMembers(constraint, name, members, others, new Shape(2, 2));
  }

  private static void checkMembers(
      Constraint constraint, String name, double[] members, double[] others, Shape event) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray inside = batch(run, members, event);
        NDArray outside = batch(run, others, event);

        assertThat(constraint.check(inside).toBooleanArray()).doesNotContain(false);
        assertThat(constraint.check(outside).toBooleanArray()).doesNotContain(true);
        assertThat(constraint).hasToString(name);
        assertThat(constraint.eventDims()).isEqualTo(event.dimension());
        assertThat(constraint.contains(1)).isFalse();
        NDArray safe = constraint.inside(outside, constraint.check(outside));
        assertThat(constraint.check(safe).toBooleanArray()).doesNotContain(false);
      }
    }
  }

  private static NDArray batch(Run run, double[] values, Shape event) {
    return run.create(values, Shapes.concat(new Shape(values.length / event.size()), event));
  }

  @Test
  void coordinatesAreTheEntriesThatDoNotFollowFromOthers() {
    Shape square = new Shape(2, 2);
    assertThat(Constraint.SIMPLEX.coordinates(new Shape(3))).containsExactly(0, 1);
    assertThat(Constraint.POSITIVE_DEFINITE.coordinates(square)).containsExactly(0, 2, 3);
    assertThat(Constraint.CORR_MATRIX.coordinates(square)).containsExactly(2);
    assertThat(Constraint.SPHERE.coordinates(new Shape(2))).containsExactly(0, 1);
    assertThat(Constraint.independent(Constraint.SIMPLEX, 1).coordinates(square))
        .containsExactly(0, 2);
    assertThat(Constraint.stack(List.of(Constraint.SIMPLEX, Constraint.SPHERE)).coordinates(square))
        .containsExactly(0, 2, 3);
    assertThat(
            Constraint.cat(List.of(Constraint.SIMPLEX, Constraint.REAL), 2, 2)
                .coordinates(new Shape(4)))
        .containsExactly(0, 2, 3);
  }

  @Test
  void boundsAndCountsMayBeTensors() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray two = run.create(new double[] {1, 3}, new Shape(2));
      NDArray value = run.create(new double[] {2, 2}, new Shape(2));

      assertThat(Constraint.greaterThan(two).check(value).toBooleanArray())
          .containsExactly(true, false);
      assertThat(Constraint.greaterThan(two).contains(5)).isFalse();
      assertThat(Constraint.greaterThan(two)).hasToString("above (2)");
      assertThat(Constraint.greaterThan(two))
          .isEqualTo(Constraint.greaterThan(two))
          .isNotEqualTo(Constraint.greaterThanEq(two));
      assertThat(
              Constraint.multinomial(two).check(value.broadcast(new Shape(2, 2))).toBooleanArray())
          .containsExactly(false, false);
      NDArray safe = Constraint.multinomial(two).interior(value.broadcast(new Shape(2, 2)));
      assertThat(Constraint.multinomial(two).check(safe).toBooleanArray()).doesNotContain(false);
      assertThat(Constraint.multinomial(3)).isEqualTo(Constraint.multinomial(3));
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
  void partsMustFit() {
    List<Constraint> mixed = List.of(Constraint.REAL, Constraint.SIMPLEX);
    assertThatThrownBy(() -> Constraint.stack(mixed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stacked constraints 'real' and 'simplex' have 0 and 1 event dims; make them equal with"
                + " Constraint.independent");
    assertThatThrownBy(() -> Constraint.stack(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a stack of no constraints has no members; pass at least one");
    assertThatThrownBy(() -> Constraint.cat(mixed, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cat has 2 constraints and 1 lengths; pass one length for each of at least one");
    assertThatThrownBy(() -> Constraint.cat(List.of(Constraint.CORR_MATRIX), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "constraint 'correlation matrix' of cat has 2 event dims and length 2; it must be on"
                + " numbers or vectors and its length above 0");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> Constraint.cat(mixed, 1, 3).check(run.zeros(new Shape(2, 5))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a value of shape (2, 5) is not made of pieces of lengths [1, 3]; its last dim must"
                  + " be 4");
      List<Constraint> two = List.of(Constraint.REAL, Constraint.POSITIVE);
      assertThatThrownBy(() -> Constraint.stack(two).check(run.zeros(new Shape(5))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a value of shape (5) is not a stack of 2 members; dim -1 must be 2");
    }
  }

  @Test
  void emptyRangesAreRefused() {
    assertThatThrownBy(() -> Constraint.multinomial(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("multinomial vectors cannot sum to -1.0; pass a whole number of at least 0");
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

  /** Bounds that are plain numbers lose the run that they were made in. */
  @Test
  void fixedBoundsHoldInEveryRun() {
    List<Constraint> made;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      made =
          List.of(
              Constraint.interval(run.scalar(-1), run.scalar(3)),
              Constraint.greaterThan(run.scalar(-1)),
              Constraint.integerInterval(run.scalar(-1), run.scalar(3)));
    }
    try (Run run = Run.open(RunConfig.defaults(), 1)) {
      NDArray values = run.create(new double[] {-2, 1}, new Shape(2));
      for (Constraint constraint : made) {
        assertThat(constraint.isFixed()).isTrue();
        assertThat(constraint.check(values).toBooleanArray()).containsExactly(false, true);
      }
    }
  }
}
