package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Diffusion;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.nn.Mlp;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/** Diffusions as densities, as densities given contexts and as posteriors of simulators. */
@ExtendWith(LeakCheck.class)
class DiffusionDensityTest {

  private static final int ROWS = 150;

  private static final Training SHORT =
      Training.standard()
          .objective(Objective.scoreMatching())
          .steps(20)
          .batch(50)
          .progress(Progress.silent());

  @TempDir private Path folder;

  private static Diffusion small(int dim) {
    return Diffusion.of(dim, VariancePreserving.of()).conditioner(Mlp.of(8));
  }

  private static TransformModule flow(int dim) {
    return small(dim);
  }

  private static ConditionalTransformModule conditional(int dim, int contextDim) {
    return small(dim).conditional(contextDim);
  }

  private static NDArray rows(NDManager manager, int columns, long seed) {
    Random random = new Random(seed);
    double[] values =
        random.doubles((long) ROWS * columns).map(unused -> random.nextGaussian()).toArray();
    return manager.create(values, new Shape(ROWS, columns));
  }

  /** Bit for bit, densities and draws of both kinds. */
  @Test
  void whatIsSavedIsLoaded() {
    Path file = folder.resolve("diffusion.ppl4j");
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(DiffusionDensityTest::flow)
                .withoutBaselines()
                .training(SHORT)
                .fit(rows(manager, 2, 1))) {
      density.save(file);
      try (Density loaded = Density.load(manager, file, DiffusionDensityTest::flow)) {
        NDArray others = rows(manager, 2, 2);
        assertThat(loaded.logProb(others).toDoubleArray())
            .containsExactly(density.logProb(others).toDoubleArray())
            .doesNotContain(Double.NaN);
        assertThat(loaded.sampleBySde(5, 10).toDoubleArray())
            .containsExactly(density.sampleBySde(5, 10).toDoubleArray());
      }
    }
  }

  @Test
  void aConditionalOneDrawsBothWays() {
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(DiffusionDensityTest::conditional)
                .withoutBaselines()
                .training(SHORT)
                .fit(rows(manager, 2, 1), rows(manager, 3, 2))) {
      NDArray contexts = rows(manager, 3, 3).get("0:4");

      assertThat(density.sampleBySde(6, contexts, 10).getShape()).isEqualTo(new Shape(6, 4, 2));
      assertThat(density.sample(6, contexts).getShape()).isEqualTo(new Shape(6, 4, 2));
      NDArray y = rows(manager, 2, 4).get("0:4");
      NDArray back = density.fromNoise(density.toNoise(y, contexts), contexts);
      // Two solutions at a tolerance of 1e-6.
      assertThat(back.sub(y).abs().max().getDouble()).isLessThan(1e-4);
    }
  }

  /** θ ~ N(0, 1), x ~ N(θ, 1), by the diffusion that {@link Flows} names. */
  @Test
  void aPosteriorOfASimulatorIsOne() {
    Npe npe =
        Npe.of(
                Normal.standard(2).toEvent(1),
                (theta, rng) ->
                    new double[] {theta[0] + rng.nextNormal(), theta[1] + rng.nextNormal()},
                Flows::conditionalDiffusion)
            .training(SHORT)
            .ensemble(1)
            .progress(Progress.silent());
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.fit(npe.simulate(ROWS));
        Samples draws = posterior.posterior(manager.create(new double[] {1, -1}), 20)) {
      assertThat(draws.values("theta")).hasSize(40).doesNotContain(Double.NaN);
    }
  }
}
