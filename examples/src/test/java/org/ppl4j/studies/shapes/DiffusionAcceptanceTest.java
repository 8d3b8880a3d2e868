package org.ppl4j.studies.shapes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.studies.sbi.C2st;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** A diffusion learns a mixture in the plane by score matching alone. */
@Tag("acceptance")
class DiffusionAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("ode.8");

  private static final int TRAINING_POINTS = 50_000;
  private static final int TEST_POINTS = 10_000;
  private static final int STEPS = 6000;

  /** The mixture of two normal distributions of the reference. */
  private static final PlaneDistribution MIXTURE =
      new NormalMixture("mixture", Area.square(2.5), 0.35, new double[] {-1, 0, 1, 0.5});

  private static double[] logDensities(Density density, NDManager manager, double[] points) {
    NDArray rows = manager.create(points, new Shape(points.length / 2, 2));
    return density.logProb(rows).toDoubleArray();
  }

  private static double score(double[] points, NDArray draws) {
    double[] others = new double[points.length];
    float[] values = draws.toFloatArray();
    for (int i = 0; i < others.length; i++) {
      others[i] = values[i];
    }
    return C2st.score(points, others, 2, 1);
  }

  @Test
  @Tag("ode.8")
  @Tag("alone")
  void learnsTheMixture() {
    double[] train = MIXTURE.draw(0, TRAINING_POINTS);
    double[] test = MIXTURE.draw(~0L, TEST_POINTS);
    Training training =
        Training.standard()
            .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32))
            .objective(Objective.scoreMatching())
            .validation(1000.0 / TRAINING_POINTS)
            .averaging(Averaging.exponential(0.995))
            .steps(STEPS)
            .patience(STEPS)
            .progress(Progress.silent());
    long start = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(dim -> Flows.diffusion(dim, VariancePreserving.of()))
                .withoutBaselines()
                .training(training)
                .fit(manager.create(train, new Shape(TRAINING_POINTS, 2)))) {
      double minutes = (System.nanoTime() - start) / 60e9;
      double[] found = logDensities(density, manager, test);
      double gap = 0;
      double difference = 0;
      for (int i = 0; i < TEST_POINTS; i++) {
        double truth = MIXTURE.logDensity(test[2 * i], test[2 * i + 1]);
        gap += (truth - found[i]) / TEST_POINTS;
        difference += Math.abs(Math.exp(truth) - Math.exp(found[i])) / TEST_POINTS;
      }
      POINT.shown("mean difference of densities", difference);
      POINT.atMost("mean gap of log-densities", gap, 0.05);
      POINT.atMost("c2st of draws by the flow", score(test, density.sample(TEST_POINTS)), 0.53);
      POINT.atMost(
          "c2st of draws by the sde", score(test, density.sampleBySde(TEST_POINTS, 200)), 0.53);
      POINT.atMost("minutes", minutes, 4);
    }
  }
}
