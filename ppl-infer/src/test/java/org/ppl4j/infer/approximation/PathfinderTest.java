package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Posteriors in closed form. */
@ExtendWith(LeakCheck.class)
class PathfinderTest {

  private static final int DRAWS = 4000;

  /** Its optimizer remembers more steps than there are coefficients, so covariances are whole. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void findsANormalPosterior(long seed) {
    ConjugateRegression regression = new ConjugateRegression(seed);
    try (NDManager manager = NDManager.newBaseManager()) {
      ConjugateRegression.Rows data = regression.data(manager);
      try (PathfinderPosterior<ConjugateRegression.Rows> posterior =
              Pathfinder.of(ConjugateRegression.MODEL).run(data);
          Samples draws = posterior.posterior(data, DRAWS);
          ImportanceSamples weighted = posterior.importance(data, DRAWS)) {
        assertThat(posterior.warnings()).isEmpty();
        assertThat(posterior.normals()).hasSize(16);
        double sd = Math.sqrt(regression.covariance.getEntry(0, 0));
        Stats stats = Stats.of(draws.values("intercept"));
        // Draws are chosen among as many, so their errors count twice.
        double error = 4 * sd * Math.sqrt(1 / posterior.effectiveSize() + 1.0 / DRAWS);
        assertThat(stats.mean()).isCloseTo(regression.mean[0], within(error));
        assertThat(stats.sampleStandardDeviation()).isCloseTo(sd, within(error));
        assertThat(draws.names()).containsExactly("intercept", "slopes", "twice");
        assertThat(weighted.logEvidence())
            .isCloseTo(regression.logEvidence(), within(5 * weighted.standardError() + 1e-6));
        assertThat(posterior.bound()).isLessThan(regression.logEvidence() + 0.5);
        assertThat(posterior.toString()).doesNotContain("warning");
        Matcher bounds =
            Pattern.compile("pathfinder: bounds of 16 paths (\\S+) to (\\S+), [\\d,]+ evaluations")
                .matcher(posterior.toString().lines().findFirst().orElseThrow());
        assertThat(bounds.matches()).isTrue();
        assertThat(Double.parseDouble(bounds.group(1)))
            .isLessThan(Double.parseDouble(bounds.group(2)));
      }
    }
  }

  @Test
  void threadsGiveTheSameBits() {
    ConjugateRegression regression = new ConjugateRegression(5);
    try (NDManager manager = NDManager.newBaseManager()) {
      ConjugateRegression.Rows data = regression.data(manager);
      Pathfinder<ConjugateRegression.Rows> pathfinder =
          Pathfinder.of(ConjugateRegression.MODEL).paths(6);
      double[] alone = intercepts(pathfinder.threads(1), data);

      assertThat(intercepts(pathfinder.threads(4), data)).isEqualTo(alone);
      assertThat(intercepts(pathfinder, data)).isEqualTo(alone);
      assertThat(intercepts(pathfinder.config(RunConfig.defaults().withSeed(1)), data))
          .isNotEqualTo(alone);
    }
  }

  private static double[] intercepts(
      Pathfinder<ConjugateRegression.Rows> pathfinder, ConjugateRegression.Rows data) {
    try (PathfinderPosterior<ConjugateRegression.Rows> posterior = pathfinder.run(data);
        Samples draws = posterior.posterior(data, 100)) {
      return draws.values("intercept");
    }
  }

  /** Of a posterior of known mean and covariance they are draws: squared distances are χ². */
  @Test
  void startsOfChainsAreDraws() {
    ConjugateRegression regression = new ConjugateRegression(6);
    RealMatrix precision = MatrixUtils.inverse(regression.covariance);
    try (NDManager manager = NDManager.newBaseManager()) {
      ConjugateRegression.Rows data = regression.data(manager);
      try (PathfinderPosterior<ConjugateRegression.Rows> posterior =
          Pathfinder.of(ConjugateRegression.MODEL).run(data)) {
        double[][] starts = posterior.starts(1000);

        double sum = 0;
        for (double[] start : starts) {
          RealVector off =
              new ArrayRealVector(start).subtract(new ArrayRealVector(regression.mean));
          sum += off.dotProduct(precision.operate(off));
        }
        assertThat(starts).hasDimensions(1000, ConjugateRegression.SIZE);
        assertThat(sum / 1000).isCloseTo(3, within(4.5 * Math.sqrt(2.0 * 3 / 1000) * Math.sqrt(2)));
        assertThat(posterior.starts(1000)).isDeepEqualTo(starts);
        assertThatThrownBy(() -> posterior.starts(0))
            .hasMessage("posterior is asked for 0 draws, but needs at least 1");
        try (McmcRun<?> run =
            Nuts.of(ConjugateRegression.MODEL)
                .chains(2)
                .warmup(200)
                .draws(50)
                .progress(Progress.silent())
                .startAt(posterior.starts(2))
                .run(data)) {
          assertThat(run).isNotNull();
        }
      }
    }
  }

  @Test
  void choosesDrawsByTheirWeights() {
    Program<Void> model = (p, none) -> p.sample("x", Gamma.of(4, 2));
    GammaDistribution exact = new GammaDistribution(4, 0.5);
    double sd = Math.sqrt(exact.getNumericalVariance());
    try (PathfinderPosterior<Void> posterior =
            Pathfinder.of(model).paths(2).drawsOfPath(5000).run(null);
        Samples draws = posterior.posterior(null, 10_000)) {
      assertThat(posterior.khat().isWarning()).isFalse();
      assertThat(draws.mean("x")[0])
          .isCloseTo(exact.getNumericalMean(), within(5 * sd / Math.sqrt(5000)));
    }
  }

  /** Of a ridge without a mode there is a normal distribution all the same; of a slide none. */
  @Test
  void saysThatNoPathLedAnywhere() {
    Program<Void> slide =
        (p, none) -> {
          NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL));
          p.factor("slide", x.mul(3));
        };
    assertThatThrownBy(() -> run(Pathfinder.of(slide).paths(2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "pathfinder found no normal distribution with a finite bound on any of 2 paths; the"
                + " first ended .*, where the log density is \\S+; start elsewhere"
                + " \\(initializer\\(...\\)\\), or write the model in other variables");
  }

  private static void run(Pathfinder<Void> pathfinder) {
    try (PathfinderPosterior<Void> posterior = pathfinder.run(null)) {
      assertThat(posterior).isNull();
    }
  }

  @Test
  void refusesWhatItCannotUse() {
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(0, 1));
    Pathfinder<Void> pathfinder = Pathfinder.of(model);
    assertThatThrownBy(() -> pathfinder.paths(0))
        .hasMessage("pathfinder has 0 paths, but needs at least 1");
    assertThatThrownBy(() -> pathfinder.drawsOfPath(0))
        .hasMessage("pathfinder has 0 draws of a path, but needs at least 1");
    assertThatThrownBy(() -> pathfinder.boundDraws(0))
        .hasMessage("pathfinder has 0 draws of a bound, but needs at least 1");
    assertThatThrownBy(() -> pathfinder.threads(0))
        .hasMessage("pathfinder has 0 threads, but needs at least 1");
    try (PathfinderPosterior<Void> closed = pathfinder.run(null)) {
      assertThatThrownBy(() -> closed.posterior(null, 0))
          .hasMessage("posterior is asked for 0 draws, but needs at least 1");
      closed.close();
      assertThatThrownBy(() -> closed.posterior(null, 1))
          .hasMessage(
              "PathfinderPosterior is used after it was closed; close it after its last use");
    }
  }
}
