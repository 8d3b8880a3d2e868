package org.ppl4j.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
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
        Constraint.interval(-3, 7),
        Constraint.SIMPLEX,
        Constraint.independent(Constraint.POSITIVE, 1),
        Constraint.independent(Constraint.SIMPLEX, 1));
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
