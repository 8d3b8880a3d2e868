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
import java.util.concurrent.atomic.AtomicInteger;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

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
    return NpeTest.quick(Npe.of(Normal.of(0, 10), recording, AffineFlows::network)).threads(1);
  }

  /** Of training that only has to be the same each time. */
  private Npe rough() {
    return npe().training(NpeTest.QUICK.steps(100));
  }

  private NDArray observed(double x) {
    return manager.create(new double[] {x});
  }

  // Posterior: variance 1 / (1 / 100 + 1 / 0.25), mean x times its share.
  private static final double SD = Math.sqrt(1 / 4.01);
  private static final double SHARE = 4 / 4.01;

  private double[] simulated(int from, int to) {
    return simulated.subList(from, to).stream().mapToDouble(row -> row[0]).toArray();
  }

  @Test
  void laterRoundsSimulateWhereThePosteriorIs() {
    try (NeuralPosterior posterior = npe().sequential(observed(4), 4, 400);
        Samples draws = posterior.posterior(observed(4), 4000)) {
      assertThat(simulated).hasSize(1600);
      double[] last = simulated(1200, 1600);
      // Around what three rounds found, twice as wide: a tenth off, and 400 draws.
      assertThat(StatUtils.mean(last)).isCloseTo(4 * SHARE, within(0.2));
      double sd = Math.sqrt(StatUtils.variance(last));
      assertThat(sd).isCloseTo(2 * SD, within(0.15));
      NormalDistribution normal = new NormalDistribution(StatUtils.mean(last), sd);
      assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(normal, last, false))
          .isGreaterThan(0.001);

      Summary.Row theta = draws.summary().get("theta");
      assertThat(theta.mean()).isCloseTo(4 * SHARE, within(0.06));
      assertThat(theta.sd()).isCloseTo(SD, within(0.05));
      assertThat(draws.warnings()).isEmpty();
    }
  }

  /** The flow learns under the mixture of proposals; what it returns is under the prior. */
  @Test
  void densityOfRoundsIsThePosteriorUnderThePrior() {
    int cells = 2000;
    double[] middles = new double[cells];
    Arrays.setAll(middles, i -> 4 + 10 * SD * ((i + 0.5) / cells - 0.5));
    try (NeuralPosterior posterior = npe().sequential(observed(4), 3, 1000)) {
      NDArray at = manager.create(middles, new Shape(cells, 1));
      double[] logs = posterior.logProb(at, observed(4)).toDoubleArray();
      NormalDistribution truth = new NormalDistribution(4 * SHARE, SD);
      double mass = 0;
      double divergence = 0;
      for (int i = 0; i < cells; i++) {
        double each = 10 * SD / cells;
        mass += each * Math.exp(logs[i]);
        double log = truth.logDensity(middles[i]);
        divergence += each * Math.exp(log) * (log - logs[i]);
      }
      // The mean weight is of 10,000 draws; 3,000 simulations tell two numbers to 1 / 3,000 nats.
      assertThat(mass).isCloseTo(1, within(0.03));
      assertThat(divergence).isBetween(-0.03, 0.03);
    }
  }

  /** Under the proposals, which are narrower than the prior, it would have a deviation of 0.63. */
  @Test
  void drawsOfRoundsAreThoseUnderThePrior() {
    Simulator noisy = (theta, rng) -> new double[] {theta[0] + rng.nextNormal()};
    Npe npe = NpeTest.quick(Npe.of(Normal.of(0, 1), noisy, AffineFlows::network));
    try (NeuralPosterior posterior = npe.sequential(observed(2), 5, 1000);
        Samples draws = posterior.posterior(observed(2), 4000)) {
      // Of 5,000 simulations a deviation is known to 0.007, a mean to 0.01; and 4,000 draws.
      assertThat(draws.summary().get("theta").mean()).isCloseTo(1, within(0.06));
      assertThat(draws.summary().get("theta").sd()).isCloseTo(Math.sqrt(0.5), within(0.035));
      // A draw is chosen again where its weight is more than three of the mean.
      assertThat(Arrays.stream(draws.values("theta")).distinct().count()).isGreaterThan(3800);
    }
  }

  /** The prior is narrow, and what is observed in its tail. */
  @Test
  void priorsThatWeighMuchAreWeighed() {
    Simulator noisy = (theta, rng) -> new double[] {theta[0] + 2 * rng.nextNormal()};
    Npe npe =
        NpeTest.quick(Npe.of(LogNormal.of(0, 0.5), noisy, AffineFlows::network))
            .training(NpeTest.QUICK.steps(800));
    double x = 4;
    // The posterior of log θ by a sum over a grid.
    double mass = 0;
    double mean = 0;
    double squares = 0;
    for (double u = -3; u < 3; u += 0.001) {
      double theta = Math.exp(u);
      double weight = Math.exp(-u * u / 0.5 - (x - theta) * (x - theta) / 8);
      mass += weight;
      mean += weight * theta;
      squares += weight * theta * theta;
    }
    mean /= mass;
    double sd = Math.sqrt(squares / mass - mean * mean);
    try (NeuralPosterior posterior = npe.sequential(observed(x), 4, 1000);
        Samples draws = posterior.posterior(observed(x), 4000)) {
      // Affine in log θ: of 4,000 simulations and a flow that is not quite of the right shape.
      assertThat(draws.summary().get("theta").mean()).isCloseTo(mean, within(0.1 * sd));
      assertThat(draws.summary().get("theta").sd()).isCloseTo(sd, within(0.15 * sd));
    }
  }

  @Test
  void aSmallBudgetIsSpentInHalfAtOnceAndThenInRounds() {
    NDArray at = manager.create(new double[] {3.9, 4.2}, new Shape(2, 1));
    try (NeuralPosterior budget = rough().sequential(observed(4), 800);
        NeuralPosterior rounds = rough().sequential(observed(4), rough().simulate(400), 4, 100)) {
      assertThat(budget.logProb(at, observed(4)).toDoubleArray())
          .containsExactly(rounds.logProb(at, observed(4)).toDoubleArray());
    }
    simulated.clear();
    try (NeuralPosterior posterior = rough().sequential(observed(4), 804)) {
      assertThat(simulated).hasSize(804);
      // The prior has 0.29 between 0 and 8; 404 draws of it 0.29 +- 0.09 in four deviations.
      double near = new NormalDistribution(0, 10).cumulativeProbability(8) - 0.5;
      assertThat(shareNear(simulated.subList(0, 404))).isCloseTo(near, within(0.09));
      assertThat(shareNear(simulated.subList(404, 804))).isGreaterThan(0.9);
      assertThat(
              posterior.report().orElseThrow().rows()
                  + posterior.report().orElseThrow().validationRows())
          .isEqualTo(804);
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

  /** The prior has no draw there, but rounds come there. */
  @Test
  void observationsThatThePriorHardlyReachesAreReached() {
    try (NeuralPosterior posterior = npe().sequential(observed(100), 4, 1600);
        Samples draws = posterior.posterior(observed(100), 4000)) {
      assertThat(draws.summary().get("theta").mean()).isCloseTo(100 * SHARE, within(0.15));
      assertThat(draws.summary().get("theta").sd()).isCloseTo(SD, within(0.1));
    }
  }

  /** Half a percent of the noise twenty times as far out. */
  private static final class Strays extends Transform {

    private static final double END = 2.8;
    private static final double FACTOR = 20;

    Strays() {
      super(0);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray isStray = x.abs().gt(END);
      return new Mapped(
          Tensors.where(isStray, x.mul(FACTOR), x),
          Tensors.where(isStray, Tensors.number(Math.log(FACTOR)), 0));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray isStray = y.abs().gt(END * FACTOR);
      return new Mapped(
          Tensors.where(isStray, y.div(FACTOR), y),
          Tensors.where(isStray, Tensors.number(-Math.log(FACTOR)), 0));
    }
  }

  private static ConditionalTransformModule straying(int dim, int contextDim) {
    return new Strays()
        .independent(1)
        .conditional(contextDim)
        .then(AffineFlows.network(dim, contextDim));
  }

  private static final Simulator NOISY =
      (theta, rng) -> new double[] {theta[0] + 0.5 * rng.nextNormal()};

  @Test
  void roundsWhoseWeightsFailAreNotWhatTheyComeTo() {
    Npe npe = NpeTest.quick(Npe.of(Normal.of(0, 10), NOISY, SequentialTest::straying));
    try (NeuralPosterior posterior = npe.withoutBaselines().sequential(observed(4), 3, 400);
        Samples draws = posterior.posterior(observed(4), 1000)) {
      assertThat(posterior.rounds()).isLessThan(3);
      assertThat(posterior.holds()).isTrue();
      assertThat(draws.warnings())
          .anySatisfy(text -> assertThat(text).contains("of 3 rounds: later ones have weights"));
    }
  }

  @Test
  void ofSeveralFlowsOneWhoseWeightsHoldIsKept() {
    Npe npe =
        NpeTest.quick(
            Npe.of(Normal.of(0, 10), NOISY, SequentialTest::straying).or(AffineFlows::network));
    try (NeuralPosterior posterior = npe.sequential(observed(4), 3, 400);
        Samples draws = posterior.posterior(observed(4), 4000)) {
      assertThat(posterior.rounds()).isEqualTo(3);
      assertThat(posterior.holds()).isTrue();
      assertThat(draws.summary().get("theta").sd()).isCloseTo(SD, within(0.1));
    }
  }

  /**
   * Half of all are of the prior, whose share bounds weights by 2, and proposals are not much
   * narrower: half a percent of the draws have weights up to twice those of all others, a tail by
   * k-hat.
   */
  @Test
  void weightsThatCannotBeLargeHold() {
    Rng rng = Rng.of(3, Rng.Purpose.MODEL, 0, "rows");
    double[] rows = new double[2000];
    double[] given = new double[2000];
    double[] wide = new double[2000];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = 0.3 * rng.nextNormal();
      given[i] = rng.nextNormal();
      wide[i] = 5 * rng.nextNormal();
    }
    double[] equal = new double[2000];
    Arrays.fill(equal, 1.0 / equal.length);
    Parameters parameters = npe().parameters();
    Proposals proposals =
        Proposals.ofPrior(new NormalProposal(), parameters, new double[] {0}, 500)
            .and(around(parameters, wide, equal, 500), 500);
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(SequentialTest::straying)
            .calibration(0)
            .withoutBaselines()
            .training(NpeTest.QUICK)
            .fit(manager.create(rows), manager.create(given))) {
      Correction correction = new Correction(proposals, density, manager);
      assertThat(correction.khat()).isGreaterThan(SmoothedWeights.THRESHOLD);
      assertThat(correction.holds()).isTrue();
    }
    assertThat(proposals.logWeights(new double[] {0})[0]).isNegative();
    assertThat(proposals.logWeights(new double[] {100})[0]).isCloseTo(Math.log(2), within(1e-9));
    assertThat(proposals.logLargest()).isCloseTo(Math.log(2), within(1e-15));
  }

  private static FittedProposal around(
      Parameters parameters, double[] rows, double[] weights, int simulations) {
    return FittedProposal.around(new NormalProposal(), parameters, rows, weights, simulations);
  }

  private static Flows counted(Flows flow, AtomicInteger calls) {
    return (dim, contextDim) -> {
      calls.incrementAndGet();
      return flow.of(dim, contextDim);
    };
  }

  @Test
  void whatWasNotKeptLearnsAgainInTheLastRoundAlone() {
    Flows blind =
        (dim, contextDim) -> ConditionalTransformModule.ignoringContext(AffineFlows.normal(dim));
    int rounds = 5;
    int[] each = new int[2];
    for (int count : new int[] {1, rounds}) {
      AtomicInteger kept = new AtomicInteger();
      AtomicInteger other = new AtomicInteger();
      Npe npe =
          NpeTest.quick(
                  Npe.of(Normal.of(0, 10), NOISY, counted(blind, other))
                      .or(counted(AffineFlows::network, kept)))
              .training(NpeTest.QUICK.steps(100));
      try (NeuralPosterior posterior = npe.sequential(observed(4), count, 200)) {
        assertThat(posterior.holds()).isTrue();
      }
      if (count == 1) {
        each[0] = kept.get();
        each[1] = other.get();
      } else {
        assertThat(kept).hasValue(rounds * each[0]);
        assertThat(other).hasValue(2 * each[1]);
      }
    }
  }

  /** Of all observations there are no weights, but draws beside the parameters of simulations. */
  @Test
  void ofSeveralFlowsOneWithoutStraysIsKept() {
    Npe one =
        NpeTest.quick(Npe.of(Normal.of(0, 10), NOISY, SequentialTest::straying)).withoutBaselines();
    Simulations simulations = one.simulate(2000);
    try (NeuralPosterior straying = one.fit(simulations);
        NeuralPosterior kept = one.or(AffineFlows::network).fit(simulations);
        Samples strays = straying.posterior(observed(4), 4000);
        Samples draws = kept.posterior(observed(4), 4000)) {
      assertThat(straying.report().orElseThrow().best().logProb())
          .isGreaterThan(kept.report().orElseThrow().best().logProb());
      assertThat(strays.summary().get("theta").sd()).isGreaterThan(1.3 * SD);
      assertThat(draws.summary().get("theta").sd()).isCloseTo(SD, within(0.1));
    }
  }

  @Test
  void roundsWhoseWeightsFailAreAWarning() {
    assertThat(Correction.warning(3, 8, 0.82))
        .isEqualTo(
            "posterior is that of the first 3 of 8 rounds: later ones have weights with k-hat 0.82,"
                + " but above 0.7 they are not to be trusted, since rounds have hardly simulated"
                + " where some of it lies; use fewer rounds of more simulations");
  }

  /** Around 50 in unconstrained space, where the interval's end is nearer than numbers are. */
  @Test
  void proposalsKeepToTheSupportOfThePrior() {
    Parameters parameters =
        NpeTest.quick(Npe.of(Uniform.of(0, 1), NpeTest.NOISY, AffineFlows::network)).parameters();
    double[] rows = new double[1000];
    Arrays.setAll(rows, i -> 50 + 1e-4 * i);
    double[] weights = new double[1000];
    Arrays.fill(weights, 1e-3);

    double[] drawn = around(parameters, rows, weights, 1000).draw(500, 1);

    assertThat(drawn).hasSize(500);
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isLessThan(1);
    assertThat(parameters.unconstrain(drawn).logDet()).doesNotContain(Double.NEGATIVE_INFINITY);
  }

  /** Of normal priors and posteriors the proposal is known: precisions add up. */
  @Test
  void proposalsAreThePriorTimesWhatIsTwiceAsWideAsThePosterior() {
    Parameters parameters = npe().parameters();
    double[] rows = new double[20_001];
    double[] weights = new double[rows.length];
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      double z = (i - 10_000) / 2500.0;
      rows[i] = 7 + 3 * z;
      weights[i] = Math.exp(-z * z / 2);
      sum += weights[i];
    }
    for (int i = 0; i < rows.length; i++) {
      weights[i] /= sum;
    }
    FittedProposal proposal = around(parameters, rows, weights, 20);
    double precision = 1.0 / (4 * 9 * 2) + 0.01; // 4 times the variance, twice for 20 rows
    NormalDistribution expected =
        new NormalDistribution(7 / 72.0 / precision, 1 / Math.sqrt(precision));
    double[] at = {-5, 3, 11};
    double[] logs = proposal.logProb(at);
    for (int i = 0; i < at.length; i++) {
      // The prior's moments are those of 10,000 draws.
      assertThat(logs[i]).isCloseTo(expected.logDensity(at[i]), within(0.05));
    }
    assertThat(NormalProposal.widening(2)).isEqualTo(4);
    assertThat(NormalProposal.widening(100)).isCloseTo(14.9, within(0.1));
  }

  /** A site of a plate, one of a half line and one with one number less in unconstrained space. */
  private static final Program<@Nullable Void> SITES =
      (p, nothing) -> {
        try (Plate three = p.plate("three", 3)) {
          p.sample("scale", Gamma.of(2, 1.5));
        }
        p.sample("location", Normal.of(-1, 2));
        p.sample("share", Dirichlet.of(Tensors.vector(2, 1, 3)));
      };

  @Test
  void priorOfUnconstrainedRowsIsThatOfTheSites() {
    Parameters parameters =
        NpeTest.quick(Npe.of(SITES, NpeTest.NOISY, AffineFlows::network)).parameters();
    double[] rows = parameters.draw(50, 0);
    Parameters.Mapping mapping = parameters.unconstrain(rows);
    double[] logs = parameters.logPrior(mapping.values());
    GammaDistribution gamma = new GammaDistribution(2, 1 / 1.5);
    NormalDistribution normal = new NormalDistribution(-1, 2);
    assertThat(parameters.unconstrainedColumns()).isEqualTo(6);
    for (int i = 0; i < 50; i++) {
      double[] row = Arrays.copyOfRange(rows, 7 * i, 7 * i + 7);
      double expected = normal.logDensity(row[3]);
      for (int j = 0; j < 3; j++) {
        expected += gamma.logDensity(row[j]);
      }
      // Dirichlet: Γ(6) / (Γ(2) Γ(1) Γ(3)) = 60.
      expected += Math.log(60 * row[4]) + 2 * Math.log(row[6]);
      assertThat(logs[i] + mapping.logDet()[i]).isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void roundsLearnAllSitesInTheirSupports() {
    Simulator first =
        (theta, rng) -> {
          double[] x = Arrays.copyOf(theta, 6);
          Arrays.setAll(x, i -> x[i] + 0.3 * rng.nextNormal());
          return x;
        };
    NDArray x = manager.create(new double[] {1, 2, 0.5, -2, 0.3, 0.2});
    Npe npe =
        NpeTest.quick(Npe.of(SITES, first, AffineFlows::network))
            .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32));
    try (NeuralPosterior posterior = npe.sequential(x, 3, 500);
        Samples draws = posterior.posterior(x, 500)) {
      assertThat(draws.get("scale").getShape()).isEqualTo(new Shape(500, 3));
      assertThat(Arrays.stream(draws.values("scale")).min().orElseThrow()).isPositive();
      assertThat(draws.mean("location")[0]).isCloseTo(-1.98, within(0.15));
      double[] share = draws.values("share");
      for (int i = 0; i < share.length; i += 3) {
        assertThat(share[i] + share[i + 1] + share[i + 2]).isCloseTo(1, within(1e-12));
      }
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
