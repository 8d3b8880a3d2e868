package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.SphericalUniform;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.distributions.VonMises;
import org.ppl4j.flows.CircularSpline;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.Moebius;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Estimators of directions and of angles, whose flows make rows as they are of uniform noise. */
@ExtendWith(LeakCheck.class)
class DirectionsTest {

  private static final int ROWS = 2000;
  private static final double[] PULL = {1.2, -0.5, 0.3};
  private static final Training QUICK =
      Training.standard().progress(Progress.silent()).steps(400).rate(0.02);

  @TempDir private Path folder;

  /** The Cauchy distribution of the sphere that this pull makes. */
  private static Distribution cauchy(Run run, double... pull) {
    NDArray tensor = run.create(pull, new Shape(pull.length));
    NamedTensors tensors = NamedTensors.of(Map.of("pull", tensor));
    return TransformedDistribution.of(
            SphericalUniform.of(pull.length),
            Moebius.of(pull.length).bind(tensors, Rng.of(0, Rng.Purpose.MODEL, 0, ""), false))
        .on(run);
  }

  private static double[] draws(Distribution distribution) {
    return Tensors.values(
        distribution.expand(new Shape(ROWS)).draw(Rng.of(1, Rng.Purpose.MODEL, 0, "rows")).value());
  }

  /** Of what learns three numbers of 2000 rows the loss is 3 / 4000 nats; within ten of these. */
  @Test
  void directionsAreLearnedAsTheyAre() {
    try (NDManager manager = NDManager.newBaseManager();
        Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution truth = cauchy(run, PULL);
      double[] rows = draws(truth);
      NDArray y = manager.create(rows, new Shape(ROWS, 3));
      Path file = folder.resolve("directions.ppl");
      try (Density density = DensityEstimator.of(Flows::moebius).training(QUICK).fit(y)) {
        double[] learned = density.logProb(y).toDoubleArray();
        double[] known = Tensors.values(truth.logProb(run.create(rows, new Shape(ROWS, 3))));

        assertThat(Stats.meanOf(learned)).isEqualTo(Stats.meanOf(known), within(0.0075));
        NDArray drawn = density.sample(500);
        assertThat(Constraint.SPHERE.check(run.bind(drawn)).all().getBoolean()).isTrue();
        NDArray back = density.fromNoise(density.toNoise(y));
        assertThat(back.toDoubleArray()).containsExactly(rows, within(1e-10));
        density.save(file);
        try (Density loaded = Density.load(manager, file, Flows::moebius)) {
          assertThat(loaded.logProb(y).toDoubleArray()).isEqualTo(learned);
        }
      }
    }
  }

  /** Two angles, von Mises; the rest is as of directions, and the density integrates to 1. */
  @Test
  void anglesAreLearnedAsTheyAre() {
    int cells = 250;
    try (NDManager manager = NDManager.newBaseManager();
        Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution truth =
          VonMises.of(run.create(new double[] {3, 0}, new Shape(2)), 2).toEvent(1).on(run);
      double[] rows = draws(truth);
      NDArray y = manager.create(rows, new Shape(ROWS, 2));
      try (Density density = DensityEstimator.of(Flows::circularSpline).training(QUICK).fit(y)) {
        double known =
            Stats.meanOf(Tensors.values(truth.logProb(run.create(rows, new Shape(ROWS, 2)))));
        assertThat(Stats.meanOf(density.logProb(y).toDoubleArray())).isEqualTo(known, within(0.05));
        double[] grid = new double[2 * cells * cells];
        for (int i = 0; i < cells; i++) {
          for (int j = 0; j < cells; j++) {
            int at = 2 * (i * cells + j);
            grid[at] = 2 * Math.PI * ((j + 0.5) / cells - 0.5);
            grid[at + 1] = 2 * Math.PI * ((i + 0.5) / cells - 0.5);
          }
        }
        NDArray places = manager.create(grid, new Shape(grid.length / 2, 2));
        double sum = Arrays.stream(density.logProb(places).toDoubleArray()).map(Math::exp).sum();
        assertThat(sum * 4 * Math.PI * Math.PI / (cells * cells)).isEqualTo(1, within(1e-3));
        for (double angle : density.sample(500).toDoubleArray()) {
          assertThat(angle).isBetween(-Math.PI, Math.PI);
        }
      }
    }
  }

  /** Contexts of a sign, by which directions are to one side or the other. */
  @Test
  void directionsFollowTheirContexts() {
    try (NDManager manager = NDManager.newBaseManager();
        Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] rows = draws(cauchy(run, 1.5, 0, 0));
      double[] contexts = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        contexts[i] = i % 2 == 0 ? 1 : -1;
        rows[3 * i] *= contexts[i];
      }
      NDArray y = manager.create(rows, new Shape(ROWS, 3));
      NDArray x = manager.create(contexts, new Shape(ROWS, 1));
      try (ConditionalDensity density =
          ConditionalDensityEstimator.of(
                  (dim, contextDim) -> Flows.moebius(dim).conditional(contextDim))
              .training(QUICK)
              .fit(y, x)) {
        double known =
            Stats.meanOf(
                Tensors.values(
                    cauchy(run, 1.5, 0, 0)
                        .logProb(run.create(draws(cauchy(run, 1.5, 0, 0)), new Shape(ROWS, 3)))));

        assertThat(Stats.meanOf(density.logProb(y, x).toDoubleArray()))
            .isEqualTo(known, within(0.03));
      }
    }
  }

  @Test
  void whatCannotBeIsSaid() {
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] long2 = new double[300];
      Arrays.setAll(long2, i -> Math.sin(i) * 2);
      NDArray notUnit = manager.create(long2, new Shape(100, 3));
      DensityEstimator directions = DensityEstimator.of(Flows::moebius).training(QUICK);

      assertThatThrownBy(() -> fit(directions, notUnit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("in row 1 (from 1), which is not inside its support 'sphere'");
      assertThatThrownBy(() -> fit(directions.support(Constraint.POSITIVE), notUnit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("support 'independent(positive, 1)' is of numbers that a flow")
          .hasMessageEndingWith(
              "but this flow makes rows in 'sphere' as they are; leave the support out, or take a"
                  + " flow of numbers");
      DensityEstimator mixed =
          DensityEstimator.of(
                  dim -> Coupling.of(dim, RationalQuadratic.of(4, 3)).passing(CircularSpline.of(4)))
              .training(QUICK);
      assertThatThrownBy(() -> fit(mixed, notUnit.sin()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of which there is none; start it from numbers, from angles alone");
    }
  }

  @Test
  void anglesHaveNoCdf() {
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] angles = new double[200];
      Arrays.setAll(angles, i -> Math.sin(i * 1.7));
      NDArray y = manager.create(angles, new Shape(200, 1));
      try (Density density =
          DensityEstimator.of(Flows::circularSpline).training(QUICK.steps(5)).fit(y)) {
        assertThatThrownBy(() -> density.cdf(y))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("density is of 'independent(circular, 1)', of which no number");
      }
    }
  }

  private static void fit(DensityEstimator estimator, NDArray y) {
    try (Density unused = estimator.fit(y)) {
      // closed at once
    }
  }
}
