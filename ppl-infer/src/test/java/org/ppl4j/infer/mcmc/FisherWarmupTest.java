package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FisherWarmupTest {

  private static final double TARGET = 0.8;

  private static ChainReport report(Target target, int size, int warmup, double at, int seed) {
    double[] start = new double[size];
    Arrays.fill(start, at);
    Chain chain =
        new Chain(
            1,
            new Chain.Length(warmup, 200),
            target,
            Targets::nuts,
            Targets.noise(seed),
            start,
            Collections.emptyIterator());
    assertThat(chain.run(Integer.MAX_VALUE, () -> false)).isTrue();
    assertThat(chain.failure()).isNull();
    assertThat(chain.draws()).isEqualTo(200);
    return chain.report();
  }

  /** It ends after half of its iterations, and the acceptance is what was wanted. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 50})
  void normalsAreLearnedInHalfOfTheTime(int size) {
    double acceptance = 0;
    for (int seed = 0; seed < 4; seed++) {
      ChainReport report = report(Targets.normal(size, 1e-3), size, 800, 1, seed);
      assertThat(report.warmup()).isBetween(400, 430);
      assertThat(report.divergences()).isZero();
      acceptance += report.acceptance() / 4;
    }

    assertThat(acceptance).isBetween(TARGET - 0.04, TARGET + 0.06);
  }

  /** Correlations of 0.999 and units from 10⁻³ to 10³: as few steps a draw as of N(0, 1). */
  @Test
  void scalesAndCorrelationsAreLearned() {
    double[] units = {1e-3, 1, 1e3};
    double[][] covariance = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        covariance[i][j] = units[i] * units[j] * (i == j ? 1 : 0.999);
      }
    }
    ChainReport report = report(Targets.normal(covariance), 3, 800, 1, 1);

    assertThat(report.gradients()).isLessThan(8000);
    assertThat(report.stepSize()).isGreaterThan(0.5);
  }

  /** Windows of draws of which a gradient is the same, up to its rounding, make no step short. */
  @Test
  void slopesThatDoNotVaryAreNoScale() {
    for (int seed = 0; seed < 4; seed++) {
      ChainReport report = report(Targets.laplace(), 5, 800, 1, seed);

      assertThat(report.warmup()).isBetween(400, 430);
      assertThat(report.gradients()).isLessThan(30_000);
      assertThat(report.acceptance()).isBetween(0.7, 0.9);
    }
  }

  /** From where it takes the chain long to arrive. */
  @Test
  void aChainThatArrivesLateWarmsUpLonger() {
    ChainReport near = report(Targets.normal(5, 1), 5, 400, 1, 1);
    ChainReport far = report(Targets.normal(5, 1), 5, 400, 1e7, 1);

    assertThat(near.warmup()).isBetween(200, 220);
    assertThat(far.warmup()).isGreaterThanOrEqualTo(near.warmup());
    assertThat(far.acceptance()).isBetween(0.7, 0.9);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 19, 40})
  void shortWarmupsEndInTime(int warmup) {
    ChainReport report = report(Targets.normal(2, 1), 2, warmup, 0.5, 1);

    assertThat(report.warmup()).isBetween(warmup / 2, warmup);
    assertThat(report.stepSize()).isBetween(1e-2, 10.0);
  }
}
