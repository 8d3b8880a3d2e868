package org.ppl4j.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

@ExtendWith(LeakCheck.class)
class BijectionsTest {

  static Stream<Constraint> continuous() {
    return Stream.of(
        Constraint.REAL,
        Constraint.POSITIVE,
        Constraint.SOFTPLUS_POSITIVE,
        Constraint.NON_NEGATIVE,
        Constraint.UNIT_INTERVAL,
        Constraint.BETWEEN_ZERO_AND_ONE,
        Constraint.BELOW_ONE,
        Constraint.ABOVE_ZERO,
        Constraint.interval(-3, 7),
        Constraint.SIMPLEX,
        Constraint.greaterThan(3),
        Constraint.greaterThanEq(3),
        Constraint.lessThan(-1),
        Constraint.lessThanEq(-1),
        Constraint.CIRCULAR,
        Constraint.ORDERED_VECTOR,
        Constraint.POSITIVE_ORDERED_VECTOR,
        Constraint.LOWER_CHOLESKY,
        Constraint.CORR_CHOLESKY,
        Constraint.SPHERE,
        Constraint.ZERO_SUM,
        Constraint.stack(List.of(Constraint.REAL, Constraint.POSITIVE, Constraint.CIRCULAR)),
        Constraint.stack(
            List.of(Constraint.SIMPLEX, Constraint.SPHERE, Constraint.SIMPLEX, Constraint.SPHERE)),
        Constraint.cat(List.of(Constraint.SIMPLEX, Constraint.POSITIVE), 3, 1),
        Constraint.independent(Constraint.LOWER_CHOLESKY, 1),
        Constraint.independent(Constraint.POSITIVE, 1),
        Constraint.independent(Constraint.SIMPLEX, 1));
  }

  static Stream<Constraint> ofNumbers() {
    return continuous().filter(constraint -> constraint.eventDims() == 0);
  }

  /** A plain number, of which the engine may know nothing, is mapped as the tensor of it. */
  @ParameterizedTest
  @MethodSource("ofNumbers")
  void numbersAreMappedAsTensors(Constraint constraint) {
    Transform bijection = Bijections.to(constraint);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (double x : new double[] {0, -1.3, 2}) {
        NDArray number = x == 0 ? run.zeros(new Shape()) : run.scalar(x);
        NDArray tensor = run.create(new double[] {x}, new Shape());
        Mapped ofNumber = bijection.forward(number);
        Mapped ofTensor = bijection.forward(tensor);

        assertSame(ofNumber, ofTensor);
        assertSame(bijection.inverse(ofNumber.value()), bijection.inverse(ofTensor.value()));
      }
    }
  }

  /** Equal but for a few roundings. */
  private static void assertSame(Mapped one, Mapped other) {
    assertThat(Tensors.values(one.value())[0])
        .isCloseTo(Tensors.values(other.value())[0], within(1e-14));
    assertThat(Tensors.values(one.logDet())[0])
        .isCloseTo(Tensors.values(other.logDet())[0], within(1e-14));
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void everyRealVectorLandsInTheConstraint(Constraint constraint) {
    Transform bijection = Bijections.to(constraint);
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray x = Rng.of(5, Rng.Purpose.MODEL, 0, "x").normal(run, new Shape(50, 4, 3)).mul(6);

        NDArray y = bijection.forward(x).value();

        assertThat(constraint.check(y).toBooleanArray()).doesNotContain(false);
        assertThat(bijection.codomainEventDims()).isEqualTo(constraint.eventDims());
      }
    }
  }

  /** Less far out: products of float32 factors round to singular matrices soon. */
  @Test
  void realVectorsMakeCovarianceAndCorrelationMatrices() {
    for (Constraint constraint : List.of(Constraint.POSITIVE_DEFINITE, Constraint.CORR_MATRIX)) {
      for (FloatType type : FloatType.values()) {
        try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
          NDArray x = Rng.of(5, Rng.Purpose.MODEL, 0, "x").normal(run, new Shape(50, 4, 6));

          NDArray y = Bijections.to(constraint).forward(x.mul(0.7)).value();

          assertThat(constraint.check(y).toBooleanArray()).doesNotContain(false);
        }
      }
    }
  }

  @Test
  void shapesAreThoseOfTheMembers() {
    Transform covariance = Bijections.to(Constraint.POSITIVE_DEFINITE);
    Transform correlation = Bijections.to(Constraint.CORR_MATRIX);

    assertThat(covariance.inverseShape(new Shape(7, 4, 4))).isEqualTo(new Shape(7, 10));
    assertThat(covariance.forwardShape(new Shape(7, 10))).isEqualTo(new Shape(7, 4, 4));
    assertThat(correlation.inverseShape(new Shape(7, 4, 4))).isEqualTo(new Shape(7, 6));
    assertThat(correlation.forwardShape(new Shape(7, 6))).isEqualTo(new Shape(7, 4, 4));
    assertThat(Bijections.stereographic().inverseShape(new Shape(5, 3))).isEqualTo(new Shape(5, 2));
    assertThat(Bijections.zeroSum().inverseShape(new Shape(5, 3))).isEqualTo(new Shape(5, 2));
  }

  static Stream<Arguments> misfits() {
    Constraint stack =
        Constraint.stack(
            List.of(Constraint.SIMPLEX, Constraint.independent(Constraint.POSITIVE, 1)));
    Constraint matrices =
        Constraint.stack(
            List.of(Constraint.CORR_MATRIX, Constraint.independent(Constraint.POSITIVE, 2)));
    return Stream.of(
        misfit(
            () -> Bijections.lowerCholesky().forwardShape(new Shape(2, 4)),
            "4 entries are no lower triangle with its diagonal; they must be D (D + 1) / 2"),
        misfit(
            () -> Bijections.corrCholesky().forwardShape(new Shape(2, 4)),
            "4 entries are no lower triangle without its diagonal; they must be D (D - 1) / 2"),
        misfit(
            () -> Bijections.corrCholesky().inverseShape(new Shape(5, 1, 1)),
            "matrices of shape (5, 1, 1) must be square and of at least 2 rows"),
        misfit(
            () -> Bijections.lowerCholesky().inverseShape(new Shape(5, 2, 1)),
            "matrices of shape (5, 2, 1) must be square and of at least 1 rows"),
        misfit(
            () -> Bijections.stereographic().inverseShape(new Shape(5, 1)),
            "a sphere needs at least 2 entries, but the shape is (5, 1)"),
        misfit(
            () -> Bijections.zeroSum().inverseShape(new Shape(5, 1)),
            "a zero-sum vector needs at least 2 entries, but the shape is (5, 1)"),
        misfit(
            () -> Bijections.to(stack).inverseShape(new Shape(2, 3)),
            "stacked transforms 'stick-breaking' and 'exp.independent(1)' make shapes (2) and (3)"
                + " of (3); give each a site of its own, or use cat"),
        misfit(
            () -> Bijections.to(matrices),
            "transforms 'correlation Cholesky.then(Cholesky product)' and 'exp.independent(2)' take"
                + " or give different numbers of dims, so they cannot be stacked; give each a site"
                + " of its own"));
  }

  private static Arguments misfit(Supplier<Object> wrong, String text) {
    return Arguments.of(wrong, text);
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void shapesThatDoNotFitAreRefused(Supplier<Object> wrong, String text) {
    assertThatThrownBy(wrong::get).isInstanceOf(IllegalArgumentException.class).hasMessage(text);
  }

  @Test
  void boundsOfBijectionsCanBeReplaced() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<Constraint> parts = List.of(Constraint.greaterThan(2), Constraint.lessThan(3));
      NDArray x = run.create(new double[] {0.5, -1}, new Shape(2));
      for (Constraint constraint : List.of(Constraint.stack(parts), Constraint.cat(parts, 1, 1))) {
        Transform plain = Bijections.to(constraint);

        Transform bound = plain.withParameters(run::bind);

        assertClose("value", bound.forward(x).value(), plain.forward(x).value(), 0);
        assertClose("inverse", bound.inverse(plain.forward(x).value()).value(), x, 1e-14);
      }
    }
  }

  @Test
  void theCheckKnowsTheCoordinatesOfEachConstraint() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Rng.of(5, Rng.Purpose.MODEL, 0, "x").normal(run, new Shape(5, 3));
      for (Constraint constraint :
          List.of(
              Constraint.SIMPLEX,
              Constraint.LOWER_CHOLESKY,
              Constraint.POSITIVE_DEFINITE,
              Constraint.CORR_MATRIX,
              Constraint.SPHERE)) {
        assertThat(TransformCheck.check(Bijections.to(constraint), x).isPassed())
            .as("%s", TransformCheck.check(Bijections.to(constraint), x))
            .isTrue();
      }
    }
  }

  @Test
  void theSimplexHasOneCoordinateMore() {
    Transform bijection = Bijections.to(Constraint.SIMPLEX);

    assertThat(bijection.forwardShape(new Shape(7, 3))).isEqualTo(new Shape(7, 4));
    assertThat(bijection.inverseShape(new Shape(7, 4))).isEqualTo(new Shape(7, 3));
    assertThatThrownBy(() -> bijection.inverseShape(new Shape(7, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a simplex needs at least 2 entries, but the shape is (7, 1)");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertClose(
          "uniform point",
          bijection.forward(run.zeros(new Shape(3))).value(),
          1e-15,
          0.25,
          0.25,
          0.25,
          0.25);
    }
  }

  @Test
  void discreteConstraintsHaveNone() {
    assertThatThrownBy(() -> Bijections.to(Constraint.BOOLEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "constraint 'boolean' is discrete, so no bijection from the reals exists;"
                + " sum its values out or give the site a value");
  }

  @Test
  void anAffineMapNeedsAScale() {
    assertThatThrownBy(() -> Bijections.affine(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameter 'scale' of affine must be finite and not 0, but is 0.0");
  }

  @Test
  void anAffineMapOfVectorsNeedsASquareMatrixOfTheirSize() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> Bijections.lowerCholeskyAffine(run.zeros(new Shape(3)), run.eye(2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "parameters 'loc' and 'scaleTril' of lower Cholesky affine have shapes (3) and"
                  + " (2, 2), but need (*, D) and (*, D, D)");
    }
  }

  @Test
  void inputsNeedTheirEvent() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> Bijections.stickBreaking().forward(run.scalar(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "transform 'stick-breaking' takes at least 1 dims, but its input has shape ();"
                  + " add the event dims");
    }
  }

  @Test
  void compositionIsOneAfterTheOther() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {-1, 0.2, 0.5, 3, 1, -2}, new Shape(2, 3));
      Transform first = Bijections.affine(0.5, 2);
      Transform second = Bijections.stickBreaking();

      Transform composed = first.then(second);

      Mapped byHand = first.forward(x);
      Mapped then = second.forward(byHand.value());
      Mapped whole = composed.forward(x);
      assertClose("value", whole.value(), then.value(), 0);
      assertClose(
          "log-det",
          whole.logDet(),
          then.logDet().add(Tensors.sumRight(byHand.logDet(), 1)),
          1e-15);
      assertThat(composed.domainEventDims()).isEqualTo(1);
      assertThat(composed).hasToString("affine.then(stick-breaking)");
      assertThat(composed.inverted()).hasToString("affine.then(stick-breaking).inverted()");
      assertThat(composed.invertibility()).isEqualTo(Invertibility.EXACT);
      assertThat(composed.codomain()).isEqualTo(Constraint.SIMPLEX);
    }
  }

  @Test
  void aTransformIsItsOwnModule() {
    Transform exp = Bijections.exp();
    Rng rng = Rng.of(0, Rng.Purpose.MODEL, 0, "x");

    assertThat(exp.tensors()).isEqualTo(List.of());
    assertThat(exp.bind(NamedTensors.empty(), rng, true)).isSameAs(exp);
    assertThat(Bijections.to(Constraint.REAL).inverted()).isSameAs(Bijections.identity());
  }

  @Test
  void numbersOfATransformCanBeReplaced() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform affine = Bijections.affine(1, 2).then(Bijections.interval(0, 4)).independent(1);

      Transform bound = affine.withParameters(run::bind);

      NDArray x = run.create(new double[] {0.5, -1}, new Shape(2));
      assertClose("value", bound.forward(x).value(), affine.forward(x).value(), 0);
      assertClose("inverse", bound.inverted().inverse(x).value(), bound.forward(x).value(), 0);
    }
  }
}
