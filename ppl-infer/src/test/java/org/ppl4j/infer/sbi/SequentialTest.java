package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.testing.LeakCheck;

/** Posteriors that are learned in rounds, for one observation. */
@ExtendWith(LeakCheck.class)
class SequentialTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final List<double[]> simulated = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    manager.close();
  }

  private Npe npe() {
    Simulator recording =
        (theta, rng) -> {
          simulated.add(theta);
          return new double[] {theta[0] + 0.5 * rng.nextNormal()};
        };
    return NpeTest.quick(Npe.of(Normal.of(0, 10), recording, AffineFlows::regression)).threads(1);
  }

  /** Of training that only has to be the same each time. */
  private Npe rough() {
    return npe().training(NpeTest.QUICK.steps(100));
  }

  private NDArray observed(double x) {
    return manager.create(new double[] {x});
  }

  @Test
  void laterRoundsSimulateWhereThePosteriorIs() {
    try (NeuralPosterior posterior = npe().sequential(observed(4), 4, 400);
        Samples draws = posterior.posterior(observed(4), 4000)) {
      assertThat(simulated).hasSize(1600);
      double[] last = simulated.subList(1200, 1600).stream().mapToDouble(row -> row[0]).toArray();
      double min = Arrays.stream(last).min().orElseThrow();
      double max = Arrays.stream(last).max().orElseThrow();
      // All but 1e-4 of N(4, 0.5) is within 3.9 sd; the extremes of 400 draws are a bit inside.
      assertThat(min).isCloseTo(4 - 1.95, within(0.3));
      assertThat(max).isCloseTo(4 + 1.95, within(0.3));
      // Inside that region the proposal is the prior.
      NormalDistribution prior = new NormalDistribution(0, 10);
      double[] levels = Arrays.stream(last).map(prior::cumulativeProbability).toArray();
      UniformRealDistribution truncated =
          new UniformRealDistribution(
              prior.cumulativeProbability(min - 1e-9), prior.cumulativeProbability(max + 1e-9));
      assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(truncated, levels, false))
          .isGreaterThan(0.001);

      // Posterior: variance 1 / (1 / 100 + 1 / 0.25), mean 4 times its share.
      Summary.Row theta = draws.summary().get("theta");
      assertThat(theta.mean()).isCloseTo(3.99, within(0.06));
      assertThat(theta.sd()).isCloseTo(0.499, within(0.05));
    }
  }

  @Test
  void aBudgetIsSpentInEightRoundsOfWhichTheFirstHasWhatIsLeftOver() {
    NDArray at = manager.create(new double[] {3.9, 4.2}, new Shape(2, 1));
    try (NeuralPosterior budget = rough().sequential(observed(4), 800);
        NeuralPosterior rounds = rough().sequential(observed(4), 8, 100)) {
      assertThat(budget.logProb(at, observed(4)).toDoubleArray())
          .containsExactly(rounds.logProb(at, observed(4)).toDoubleArray());
    }
    simulated.clear();
    try (NeuralPosterior posterior = npe().sequential(observed(4), 804)) {
      assertThat(simulated).hasSize(804);
      // The prior has 0.29 between 0 and 8; 104 draws of it 0.29 +- 0.18 in four deviations.
      double near = new NormalDistribution(0, 10).cumulativeProbability(8) - 0.5;
      assertThat(shareNear(simulated.subList(0, 104))).isCloseTo(near, within(0.18));
      assertThat(shareNear(simulated.subList(104, 804))).isGreaterThan(0.9);
      assertThat(posterior.report().rows() + posterior.report().validationRows()).isEqualTo(804);
    }
  }

  /** The share between 0 and 8, in whose middle the observation is. */
  private static double shareNear(List<double[]> rows) {
    return rows.stream().filter(row -> row[0] > 0 && row[0] < 8).count() / (double) rows.size();
  }

  @Test
  void oneRoundIsAnOrdinaryPosteriorOfOneObservation() {
    try (NeuralPosterior posterior = rough().sequential(observed(4), 1, 300);
        NeuralPosterior ordinary = rough().fit(rough().simulate(300))) {
      NDArray at = manager.create(new double[] {3.9, 4.2}, new Shape(2, 1));
      assertThat(posterior.logProb(at, observed(4)).toDoubleArray())
          .containsExactly(ordinary.logProb(at, observed(4)).toDoubleArray());
      assertThatThrownBy(() -> posterior.posterior(observed(5), 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "observation is [5.0], but this posterior was learned in rounds for [4.0]; pass that"
                  + " one, or learn it in one round");
    }
  }

  @Test
  void regionsThatThePriorHardlyReachesAreAnError() {
    Npe npe = npe();
    try (NeuralPosterior posterior = npe.sequential(observed(1000), 1, 300)) {
      TruncatedPrior truncated = TruncatedPrior.of(npe.parameters(), posterior);
      assertThatThrownBy(() -> truncated.draw(1, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "npe has accepted only 0 of 20000 draws of the prior in the region where the"
                  + " posterior of the last round lies; observation is far from all simulations"
                  + " that were learned from: ")
          .hasMessageEndingWith("look for a mistake in it, in the simulator or in the prior");
    }
  }

  @Test
  void roundsGiveTheSameEachTime() {
    NDArray at = manager.create(new double[] {3.9, 4.2}, new Shape(2, 1));
    try (NeuralPosterior one = rough().sequential(observed(4), 2, 200);
        NeuralPosterior two = rough().threads(3).sequential(observed(4), 2, 200)) {
      assertThat(two.logProb(at, observed(4)).toDoubleArray())
          .containsExactly(one.logProb(at, observed(4)).toDoubleArray());
    }
  }
}
