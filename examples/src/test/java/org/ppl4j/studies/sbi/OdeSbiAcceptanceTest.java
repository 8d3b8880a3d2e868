package org.ppl4j.studies.sbi;

import com.google.common.collect.ImmutableSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/**
 * The benchmark of simulation-based inference by continuous flows, one fit of 10,000 simulations,
 * beside the splines that this library recommends, fitted to as many at once. Of fewer and of fewer
 * seeds by {@code -Dacceptance.simulations} and {@code -Dacceptance.seeds}.
 */
@Tag("acceptance")
class OdeSbiAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("ode.5");

  private static final int SIMULATIONS = Integer.getInteger("acceptance.simulations", 10_000);
  private static final int SEEDS = Integer.getInteger("acceptance.seeds", 3);

  /** By how much continuous flows may be worse. */
  private static final double MARGIN = 0.02;

  private static final double MOST_MINUTES = 6;

  static Stream<SbiTask> tasks() {
    return SbiTasks.ALL.stream();
  }

  private static ExampleOptions options(long seed) {
    return ExampleOptions.defaults().withSeed(seed).withFloatType(FloatType.FLOAT32).quietly();
  }

  private record Score(double c2st, double minutes) {}

  private static Score score(
      SbiTask task, long seed, ConditionalDensityEstimator.Flows flows, Objective objective) {
    ExampleOptions options = options(seed);
    Npe npe =
        Npe.of(task.prior(), task.simulator(), flows)
            .training(Npe.standardTraining().objective(objective))
            .config(options.config())
            .progress(options.progress());
    long start = System.nanoTime();
    try (NeuralPosterior posterior = npe.fit(npe.simulate(SIMULATIONS))) {
      double minutes = (System.nanoTime() - start) / 60e9;
      return new Score(
          score(task, SbiFit.draws(posterior, task.observation(1), SbiFit.DRAWS)), minutes);
    }
  }

  private static double score(SbiTask task, double[] draws) {
    return C2st.score(task.reference(), draws, task.dim(), 1);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  @Tag("ode.5")
  @Tag("alone")
  void continuousFlowsAreNoWorseThanSplines(SbiTask task) {
    Objective matching = Objective.flowMatching().then(Objective.likelihood());
    double splines = 0;
    double continuous = 0;
    double most = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      SbiFit.Outcome outcome =
          SbiFit.run(
              task, SbiFit.Setting.AMORTISED, SIMULATIONS, ImmutableSet.of(1), options(seed));
      splines += score(task, outcome.of(1)) / SEEDS;
      Score one = score(task, seed, Flows::conditionalOde, matching);
      continuous += one.c2st() / SEEDS;
      most = Math.max(most, one.minutes());
    }
    String what = task + ", " + SIMULATIONS + " simulations, " + SEEDS + " seeds";
    POINT.shown("c2st of splines, " + what, splines);
    POINT.shown(
        "c2st of a diffusion by score matching, one seed, " + task,
        score(task, 0, Flows::conditionalDiffusion, Objective.scoreMatching()).c2st());
    POINT.atMost("c2st of a continuous flow, " + what, continuous, splines + MARGIN);
    POINT.atMost("minutes of a continuous flow, " + what, most, MOST_MINUTES);
  }
}
