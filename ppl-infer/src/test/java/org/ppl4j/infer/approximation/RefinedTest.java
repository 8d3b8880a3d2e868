package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** Where guides start: numbers of eight orders of magnitude, each correlated with the next. */
class RefinedTest {

  private static final int SIZE = 50;
  private static final double CORRELATION = 0.95;
  private static final long SEED = 4;
  private static final double[] SCALES = new double[SIZE];

  static {
    Arrays.setAll(SCALES, i -> Math.pow(10, -4 + 8.0 * i / (SIZE - 1)));
  }

  /** Standard normal numbers u, of correlation 0.95 with the next, as x = s (3 + u). */
  private static final Program<Void> SERIES =
      (p, none) -> {
        NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL).expand(SIZE).toEvent(1));
        NDArray u = x.div(Tensors.vector(SCALES)).sub(3);
        NDArray first = Tensors.range(u, -1, 0, 1);
        NDArray before = Tensors.range(u, -1, 0, SIZE - 1);
        NDArray next = Tensors.range(u, -1, 1, SIZE);
        double rest = Math.sqrt(1 - CORRELATION * CORRELATION);
        NDArray ofFirst = Normal.of(0, 1).logProb(first).sum(new int[] {-1});
        NDArray ofNext = Normal.of(before.mul(CORRELATION), rest).logProb(next);
        p.factor("series", ofFirst.add(ofNext.sum(new int[] {-1})));
      };

  private static RunConfig config() {
    return RunConfig.defaults().withSeed(SEED);
  }

  @Test
  void startIsTheNormalDistribution() {
    NormalApproximation start =
        Pathfinder.of(SERIES).config(config()).progress(Progress.silent()).normal(null);

    double[] variances = start.variances();
    for (int i = 0; i < SIZE; i++) {
      assertThat(start.location()[i]).isCloseTo(3 * SCALES[i], within(1e-6 * SCALES[i]));
      assertThat(Math.sqrt(variances[i])).isCloseTo(SCALES[i], within(1e-6 * SCALES[i]));
    }
  }

  @Test
  void guideIsRightByDefault() {
    try (Svi<Void> svi =
        Svi.builder(SERIES, AutoMultivariateNormal.of(SERIES))
            .config(config())
            .progress(Progress.silent())
            .build()) {
      FitReport report = svi.run(null);
      assertThat(report.isConverged()).as("%s", report).isTrue();
      try (Samples draws = svi.posterior(null, 4000)) {
        Summary summary = draws.summary();
        for (int i = 0; i < SIZE; i++) {
          Summary.Row row = summary.get("x[" + (i + 1) + "]");
          assertThat(row.mean()).isCloseTo(3 * SCALES[i], within(0.1 * SCALES[i]));
          assertThat(row.sd()).isCloseTo(SCALES[i], within(0.1 * SCALES[i]));
        }
      }
    }
  }

  /** A funnel has no mode that stands for it: what the path has found stays. */
  @Test
  void densityWithoutAModeKeepsItsPath() {
    Program<Void> funnel =
        (p, none) -> {
          NDArray scale = p.sample("scale", Normal.of(0, 3));
          p.sample("x", Normal.of(0, scale.div(2).exp()).expand(9).toEvent(1));
        };
    Pathfinder<Void> finder = Pathfinder.of(funnel).config(config()).asWritten();
    try (PathfinderPosterior<Void> found = finder.run(null)) {
      assertThat(finder.normal(null).location()).containsExactly(found.normal().location());
    }
  }
}
