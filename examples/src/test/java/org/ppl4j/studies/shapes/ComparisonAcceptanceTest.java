package org.ppl4j.studies.shapes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.AdversarialLoss;
import org.ppl4j.infer.density.Critic;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** Eight Gaussians around a circle, by objectives that compare draws with rows. */
@Tag("acceptance")
class ComparisonAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("stochastic.4");

  private static final PlaneDistribution EIGHT = PlaneDistributions.eightGaussians();
  private static final double RADIUS = 2;
  private static final double SD = 0.2;

  private static final int ROWS = 10_000;
  private static final int DRAWS = 10_000;
  private static final int STEPS = 1500;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray matrix(double[] points) {
    return manager.create(points, new Shape(points.length / 2, 2));
  }

  /** A flow of couplings, which is fast both ways. */
  @MustBeClosed
  private Density fit(Objective objective) {
    Training training =
        Training.standard()
            .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32))
            .objective(objective)
            .steps(STEPS)
            .patience(STEPS)
            .progress(Progress.silent());
    return DensityEstimator.of(dim -> Flows.coupling(dim, RationalQuadratic.of(16, 3), 4))
        .withoutBaselines()
        .training(training)
        .fit(matrix(EIGHT.draw(0, ROWS)));
  }

  private double logProb(Density density) {
    return Stats.meanOf(density.logProb(matrix(EIGHT.draw(~0L, DRAWS))).toDoubleArray());
  }

  /** The share of draws within three standard deviations of each centre. */
  private static double[] shares(Density density) {
    float[] points = density.sample(DRAWS).toFloatArray();
    double[] shares = new double[8];
    for (int i = 0; i < points.length; i += 2) {
      for (int k = 0; k < shares.length; k++) {
        double dx = points[i] - RADIUS * Math.cos(Math.PI / 4 * k);
        double dy = points[i + 1] - RADIUS * Math.sin(Math.PI / 4 * k);
        shares[k] += Math.hypot(dx, dy) < 3 * SD ? 1.0 / DRAWS : 0;
      }
    }
    return shares;
  }

  private static void covers(String what, Density density) {
    double[] shares = shares(density);
    // 98.9% of the rows are so near, an eighth of these to each.
    POINT.atLeast(
        what + ", least share of a mode", Arrays.stream(shares).min().orElseThrow(), 0.06);
    POINT.shown(what + ", share of all modes", Arrays.stream(shares).sum());
  }

  @Test
  @Tag("stochastic.4")
  void hybridsStayLikely() {
    try (Density likely = fit(Objective.likelihood())) {
      double most = logProb(likely);
      POINT.shown("gap of likelihood alone", -EIGHT.entropy() - most);
      for (AdversarialLoss loss : List.of(AdversarialLoss.WASSERSTEIN, AdversarialLoss.GAN)) {
        Objective hybrid = Objective.adversarial(Critic.of(loss)).plusLikelihood(1);
        try (Density density = fit(hybrid)) {
          String what = loss + " plus likelihood";
          POINT.atMost(what + ", nats below likelihood's", most - logProb(density), 0.1);
          covers(what, density);
        }
      }
    }
  }

  @Test
  @Tag("stochastic.4")
  void drawsCoverAllModes() {
    for (Objective objective :
        List.of(Objective.mmd(), Objective.energyDistance(), Objective.adversarial(Critic.gan()))) {
      try (Density density = fit(objective)) {
        covers(objective.toString(), density);
        POINT.shown(objective + ", gap of log-densities", -EIGHT.entropy() - logProb(density));
      }
    }
  }
}
