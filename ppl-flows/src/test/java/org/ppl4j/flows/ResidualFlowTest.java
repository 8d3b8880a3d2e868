package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.RecordedLaw;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** Residual flows beyond the laws of all flows and the reference. */
@ExtendWith(LeakCheck.class)
class ResidualFlowTest {

  private static final int ROWS = 5;

  private static NDArray inputs(Run run, int dim) {
    return FlowTensors.rng("inputs").normal(run, new Shape(ROWS, dim));
  }

  /** Networks as steep as the bound lets them be. */
  private static Transform steep(Run run, TransformModule flow, boolean training) {
    return flow.bind(
        FlowTensors.random(run, flow.tensors(), 3), FlowTensors.rng("noise"), training);
  }

  private static ResidualFlow small(int dim) {
    return ResidualFlow.of(dim, 2).network(Lipschitz.of(8, 8));
  }

  /** At the default bound inverses end where they have come to rest. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void keepsTheLawsUpToTheBound(int dim) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        TransformCheck.check(steep(run, small(dim), false), inputs(run, dim).mul(3)).orThrow();
      }
    }
  }

  /** Estimates too: their noise is that of the binding. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isTheSameTwice(boolean training) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = steep(run, small(2).logDet(LogDet.roulette()), training);
      NDArray x = inputs(run, 2);
      for (boolean isInverse : new boolean[] {false, true}) {
        Mapped once = isInverse ? transform.inverse(x) : transform.forward(x);
        Mapped again = isInverse ? transform.inverse(x) : transform.forward(x);

        assertThat(Tensors.values(again.value())).containsExactly(Tensors.values(once.value()));
        assertThat(Tensors.values(again.logDet())).containsExactly(Tensors.values(once.logDet()));
      }
    }
  }

  /** An estimate is for learning only: a density that is reported has none. */
  @Test
  void whatIsReportedIsExact() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = inputs(run, 3);
      ResidualFlow flow = small(3);
      NDArray exact = steep(run, flow, false).forward(x).logDet();
      NDArray reported = steep(run, flow.logDet(LogDet.roulette()), false).forward(x).logDet();
      NDArray learning = steep(run, flow.logDet(LogDet.roulette()), true).forward(x).logDet();

      assertClose("reported", reported, exact, 0);
      assertThat(Tensors.values(learning.sub(exact).abs().min())[0]).isGreaterThan(1e-3);
    }
  }

  /** Log-dets, and their gradients in rows and weights, of the slowest series of the reference. */
  @Test
  void theRouletteHasNoBias() {
    RouletteSample sample = RouletteSample.of(ResidualReference.only("residual-slow-3d"), 1000);

    // All but the gradient in the last bias, which is 0.
    assertThat(sample.judged()).isEqualTo(41);
    assertThat(sample.off()).isLessThan(4);
  }

  /** Its number of terms is drawn, and so differs from step to step. */
  @Test
  void aProgramWithARouletteIsNotRecorded() {
    RecordedLaw law = new RecordedLaw(FloatType.FLOAT64);
    ResidualFlow flow = small(2).logDet(LogDet.roulette());
    FlowGradients.check(FlowCase.of("roulette", dim -> learning(flow)), 2, false, law);

    assertThat(law.judged()).isZero();
    assertThat(law.refused().keySet())
        .singleElement()
        .asString()
        .contains("a value that is read by the program");
  }

  /** As it learns, always. */
  private static TransformModule learning(TransformModule flow) {
    return new TransformModule() {
      @Override
      public List<TensorSpec> tensors() {
        return flow.tensors();
      }

      @Override
      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
        return flow.bind(tensors, rng, true);
      }
    };
  }

  /** A row that holds no number gives none, and the others of its batch are as without it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRowWithoutNumbersGivesNone(boolean training) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = steep(run, small(2), training);
      NDArray x = inputs(run, 2);
      NDArray lost = run.create(new double[] {Double.NaN, 1}, new Shape(1, 2));
      NDArray both = Tensors.concat(List.of(lost, x), -2);
      Mapped mapped = run.withoutGradients(() -> transform.inverse(both));
      Mapped without = run.withoutGradients(() -> transform.inverse(x));

      assertThat(Tensors.values(mapped.logDet())[0]).isNaN();
      assertClose(
          "values", Tensors.range(mapped.value(), -2, 1, ROWS + 1L), without.value(), 1e-13);
      assertClose(
          "log-dets", Tensors.range(mapped.logDet(), -1, 1, ROWS + 1L), without.logDet(), 1e-12);
    }
  }

  /** Learning by estimates goes on where a row holds no number. */
  @Test
  void aRouletteOfNoNumberEnds() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = steep(run, small(2).logDet(LogDet.roulette()), true);
      NDArray x = run.create(new double[] {Double.NaN, 1, 2, 3}, new Shape(2, 2));

      double[] logDets = Tensors.values(transform.forward(x).logDet());

      assertThat(logDets[0]).isNaN();
      assertThat(logDets[1]).isFinite();
    }
  }

  /** Slow or fast, a row comes to rest where it does alone. */
  @Test
  void aRowAloneIsAsInItsBatch() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = steep(run, small(2), false);
      NDArray y = inputs(run, 2);
      Mapped all = run.withoutGradients(() -> transform.inverse(y));
      for (long i = 0; i < ROWS; i++) {
        NDArray one = y.get(i);
        Mapped alone = run.withoutGradients(() -> transform.inverse(one));

        assertClose("value", all.value().get(i), alone.value(), 1e-13);
        assertClose("log-det", all.logDet().get(i), alone.logDet(), 1e-12);
      }
    }
  }

  /** The first whose bound is below a rounding over 64. */
  @ParameterizedTest
  @EnumSource
  void theBoundGivesTheNumberOfSteps(FloatType type) {
    for (double bound : new double[] {0.1, 0.6, 0.98}) {
      int steps = FixedPoint.of(bound, type).steps();
      double allowed = type.gapBelowOne() / 64 * (1 - bound);

      assertThat(Math.pow(bound, steps)).isLessThanOrEqualTo(allowed);
      assertThat(Math.pow(bound, steps - 1.0)).isGreaterThan(allowed);
    }
  }

  @Test
  void aMapThatIsSteeperThanItsBoundIsNotInverted() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y = inputs(run, 2);

      assertThatThrownBy(
              () -> FixedPoint.of(0.7, FloatType.FLOAT64).solve(x -> x.mul(1.01).neg(), y))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "fixed point of a map of bound 0.7 moves by 0\\.\\d+ of its size after 119 steps, and"
                  + " may by 1\\.1102230246251565E-12; the map is steeper than its bound says, or"
                  + " loses too many digits: take float64, or smaller weights");
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> ResidualFlow.of(0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("residual flow has 3 blocks of 0 coordinates, but needs at least 1 of each");
    assertThatThrownBy(() -> ResidualFlow.of(2, 1).network(Lipschitz.of(4).bound(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "residual flow has a network of bound 1.0, but a block is a bijection for certain only"
                + " below 1; give it a bound such as 0.98");
  }
}
