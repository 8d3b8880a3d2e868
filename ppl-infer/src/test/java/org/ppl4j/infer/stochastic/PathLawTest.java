package org.ppl4j.infer.stochastic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Draw;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.annealing.Potential;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** What holds for all stochastic layers, and two faults that the law of weights finds. */
@ExtendWith(LeakCheck.class)
class PathLawTest {

  private static final int PATHS = 20_000;

  /** Errors of a mean: of one comparison in 15,000. */
  private static final double MOST = 4;

  static Stream<Named<StochasticModule>> modules() {
    return Stream.of(
            Langevin.of(0.02),
            Langevin.of(0.02).repeat(3),
            Mala.of(0.05).repeat(2),
            Leapfrog.of(0.1, 3),
            Leapfrog.of(0.1, 2).repeat(2),
            Annealed.of(4).by(Langevin.of(0.03)),
            Annealed.of(3).by(Leapfrog.of(0.1, 2)).then(Mala.of(0.05)))
        .map(module -> Named.of(module.toString(), module));
  }

  private static Target normal(Run run) {
    return x -> Normal.of(0, 1.5).expand(new Shape(2)).toEvent(1).on(run).logProb(x);
  }

  private static Target shifted(Run run) {
    return x -> Normal.standard(2).toEvent(1).on(run).logProb(x.sub(0.5));
  }

  private static Rng sameMomentum() {
    return Rng.of(1, Rng.Purpose.CHAIN, 0, "same");
  }

  private static Target banana() {
    return Potential.BANANA::logDensity;
  }

  /** The normalizer by paths from N(0, 1.5² I), in standard errors off log Z. */
  private static double errorsOff(
      StochasticModule module, Function<Run, Target> of, double z, int paths) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Target target = of.apply(run);
      double[] logWeights =
          run.withoutGradients(
              () -> {
                Rng rng = Rng.of(7, Rng.Purpose.CHAIN, 0, "paths");
                NDArray x = rng.normal(run, new Shape(paths, 2)).mul(1.5);
                Moved moved = module.between(normal(run), target).move(x, rng.split("layers"));
                return Tensors.values(
                    target
                        .logDensity(moved.value())
                        .sub(normal(run).logDensity(x))
                        .add(moved.logWeight()));
              });
      Stats weights = Stats.of(Arrays.stream(logWeights).map(w -> Math.exp(w - z)).toArray());
      assertThat(weights.count()).isEqualTo(paths);
      double error = weights.sampleStandardDeviation() / Math.sqrt(paths);
      assertThat(error).isLessThan(0.05);
      return (weights.mean() - 1) / error;
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void theMeanWeightIsTheNormalizer(StochasticModule module) {
    assertThat(errorsOff(module, run -> banana(), Potential.BANANA.logNormalizer(), PATHS))
        .isBetween(-MOST, MOST);
  }

  @Test
  @Tag("acceptance")
  @Tag("stochastic.1")
  void manyPathsAreUnbiased() {
    AcceptancePoint point = new AcceptancePoint("stochastic.1");
    List<Named<StochasticModule>> all = modules().toList();
    for (Named<StochasticModule> each : all) {
      double off =
          errorsOff(
              each.getPayload(), run -> banana(), Potential.BANANA.logNormalizer(), 5 * PATHS);
      point.atMost(
          each.getName() + ", mean weight of 100,000 paths, standard errors off",
          Math.abs(off),
          MOST);
    }
    point.atLeast("layers", all.size(), 7);
  }

  /** As if the way back were not counted: the weight is of the way there alone. */
  @Test
  void aForgottenBackwardKernelIsFound() {
    StochasticModule forgetful =
        (base, target) ->
            (x, rng) -> {
              Moved moved = Langevin.of(0.1).towards(target).move(x, rng);
              return new Moved(moved.value(), moved.logWeight().mul(0));
            };

    assertThat(Math.abs(errorsOff(forgetful.repeat(3), PathLawTest::shifted, 0, PATHS)))
        .isGreaterThan(2 * MOST);
  }

  /** As if all layers had the momentum of the first. */
  @Test
  void aMomentumThatIsNotRefreshedIsFound() {
    StochasticModule stale =
        (base, target) -> {
          StochasticLayer layer = Leapfrog.of(0.5, 1).towards(target);
          return LayerSequence.inOrder(
              Collections.nCopies(5, (x, rng) -> layer.move(x, sameMomentum())));
        };

    assertThat(Math.abs(errorsOff(stale, PathLawTest::shifted, 0, PATHS))).isGreaterThan(2 * MOST);
  }

  /** Rows do not see each other, whatever the dims of the batch; the same stream, the same bits. */
  @ParameterizedTest
  @MethodSource("modules")
  void rowsMoveAlone(StochasticModule module) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      StochasticLayer layer = module.between(normal(run), banana());
      Rng rng = Rng.of(3, Rng.Purpose.CHAIN, 0, "rows");
      NDArray x = rng.normal(run, new Shape(3, 2));

      Moved moved = layer.move(x, rng.split("moves"));
      Moved again = layer.move(Tensors.reshape(x, new Shape(3, 1, 2)), rng.split("moves"));
      Moved first = layer.move(Tensors.range(x, -2, 0, 1).squeeze(-2), rng.split("moves"));

      assertThat(moved.value().getShape()).isEqualTo(new Shape(3, 2));
      assertThat(moved.logWeight().getShape()).isEqualTo(new Shape(3));
      assertThat(again.value().getShape()).isEqualTo(new Shape(3, 1, 2));
      assertThat(again.logWeight().getShape()).isEqualTo(new Shape(3, 1));
      assertThat(first.logWeight().getShape()).isEqualTo(new Shape());
      double[] values = Tensors.values(moved.value());
      assertThat(Tensors.values(again.value())).isEqualTo(values);
      double[] alone = Tensors.values(first.value());
      if (module instanceof Langevin || module instanceof Leapfrog) { // one noise for each number
        assertThat(alone).containsExactly(values[0], values[1]);
      }
      assertThat(values).doesNotContain(Tensors.values(x));
    }
  }

  /** A row that is no number stays so, in value and weight, and no other row sees it. */
  @ParameterizedTest
  @MethodSource("modules")
  void whatIsNoNumberStaysInItsRow(StochasticModule module) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      StochasticLayer layer = module.between(normal(run), banana());
      Rng rng = Rng.of(4, Rng.Purpose.CHAIN, 0, "rows");
      Moved good = layer.move(run.create(new double[] {0.3, 0.1, 1, 2}, new Shape(2, 2)), rng);
      double[] spoiled = {0.3, 0.1, Double.NaN, 2};
      Moved bad =
          layer.move(run.create(spoiled, new Shape(2, 2)), Rng.of(4, Rng.Purpose.CHAIN, 0, "rows"));

      double[] values = Tensors.values(bad.value());
      assertThat(Arrays.copyOf(values, 2))
          .containsExactly(Arrays.copyOf(Tensors.values(good.value()), 2));
      assertThat(values[2]).isNaN();
      assertThat(Tensors.values(bad.logWeight())[0]).isEqualTo(Tensors.values(good.logWeight())[0]);
    }
  }

  /** In one coordinate; in float32 by the noise of float64, hence to nearly the same place. */
  @Test
  void oneCoordinateMovesInBothFloatTypes() {
    double[] precise = oneMoved(FloatType.FLOAT64);
    double[] single = oneMoved(FloatType.FLOAT32);

    assertThat(precise[0]).isNotEqualTo(1.0);
    assertThat(single).containsExactly(precise, within(1e-5)); // of roundings of 6e-8
  }

  private static double[] oneMoved(FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      Target target = x -> Normal.standard(1).toEvent(1).on(run).logProb(x);
      StochasticModule module = Langevin.of(0.1).then(Leapfrog.of(0.2, 2)).then(Mala.of(0.1));
      Rng rng = Rng.of(6, Rng.Purpose.CHAIN, 0, "one");
      NDArray x = run.create(new double[] {1}, new Shape(1));
      Moved moved = module.between(target, target).move(x, rng);
      assertThat(moved.value().getShape()).isEqualTo(new Shape(1));
      assertThat(moved.logWeight().getShape()).isEqualTo(new Shape());
      return new double[] {Tensors.values(moved.value())[0], Tensors.values(moved.logWeight())[0]};
    }
  }

  /** Of value and weight in where a path begins, against differences. */
  @ParameterizedTest
  @MethodSource("modules")
  void gradientsGoThroughThePath(StochasticModule module) {
    double[] at = {0.4, -0.3};
    double step = 1e-5;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(at, new Shape(2)));
      double[] slopes = Tensors.values(Autograd.grad(figure(run, module, x), List.of(x)).get(0));
      for (int d = 0; d < 2; d++) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[d] += step;
        down[d] -= step;
        double difference =
            (Tensors.values(figure(run, module, run.create(up, new Shape(2))))[0]
                    - Tensors.values(figure(run, module, run.create(down, new Shape(2))))[0])
                / (2 * step);
        assertThat(slopes[d]).isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
      }
    }
  }

  private static NDArray figure(Run run, StochasticModule module, NDArray x) {
    Rng rng = Rng.of(11, Rng.Purpose.CHAIN, 0, "gradients");
    Moved moved = module.between(normal(run), banana()).move(x, rng);
    return Tensors.total(moved.value().mul(moved.value())).add(moved.logWeight().mul(0.7));
  }

  /** A Metropolis step leaves its target as it is: draws of N(0, 1.5² I) stay such. */
  @Test
  void acceptedStepsLeaveTheirTarget() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Rng rng = Rng.of(5, Rng.Purpose.CHAIN, 0, "stationary");
      NDArray x = rng.normal(run, new Shape(PATHS, 2)).mul(1.5);
      double[] moved =
          run.withoutGradients(
              () ->
                  Tensors.values(
                      Mala.of(0.5)
                          .repeat(3)
                          .between(normal(run), normal(run))
                          .move(x, rng.split("moves"))
                          .value()));
      Stats stats = Stats.of(moved);
      double count = 2.0 * PATHS;
      assertThat(stats.mean() / 1.5 * Math.sqrt(count)).isBetween(-MOST, MOST);
      assertThat((stats.sampleVariance() / 2.25 - 1) * Math.sqrt(count / 2)).isBetween(-MOST, MOST);
    }
  }

  @Test
  void aDrawKnowsItsPathAndAValueHasNoDensity() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      StochasticLayer layer = Langevin.of(0.1).towards(banana());
      PathDistribution paths = PathDistribution.of(Normal.standard(2).toEvent(1), layer);
      Rng rng = Rng.of(2, Rng.Purpose.CHAIN, 0, "draws");

      Draw draw = ((PathDistribution) paths.on(run)).draw(rng);

      assertThat(draw.value().getShape()).isEqualTo(new Shape(2));
      assertThat(Tensors.values(draw.logProb())).hasSize(1);
      assertThatThrownBy(() -> paths.logProb(run.zeros(new Shape(2))))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("distribution 'PathDistribution' has no log density at a value");
      assertThatThrownBy(() -> PathDistribution.of(Normal.of(0, 1), layer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "stochastic layers move vectors, but distribution 'Normal' has event shape (); declare"
                  + " event dims by toEvent(1)");
    }
  }

  @Test
  void stepsThatAreNoneAreSaid() {
    assertThatThrownBy(() -> Langevin.of(0))
        .hasMessage("langevin layer has step size 0.0, but it must be positive and finite");
    assertThatThrownBy(() -> Mala.of(Double.NaN))
        .hasMessage("langevin layer has step size NaN, but it must be positive and finite");
    assertThatThrownBy(() -> Leapfrog.of(-1, 3))
        .hasMessage("leapfrog layer has step size -1.0, but it must be positive and finite");
    assertThatThrownBy(() -> Leapfrog.of(0.1, 0))
        .hasMessage("leapfrog layer has 0 steps, but needs at least 1");
    assertThatThrownBy(() -> Annealed.of(0))
        .hasMessage("annealed layers have 0 levels, but need at least 1");
    assertThatThrownBy(() -> Langevin.of(0.1).repeat(0))
        .hasMessage("Langevin(0.1) is repeated 0 times, but needs at least 1");
  }
}
