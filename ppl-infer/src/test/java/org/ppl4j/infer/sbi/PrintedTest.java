package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Scale;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Smc;
import org.ppl4j.infer.annealing.SmcRun;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.diagnostics.HighestDensityInterval;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.reparam.LocScale;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** What things print: what they are, of which size, how they were made and what that came to. */
@ExtendWith(LeakCheck.class)
class PrintedTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(7);

  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 1));
        p.observe("y", Normal.of(mu, 1).expand(y.getShape()).toEvent(1), y);
      };

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray y = manager.create(new double[] {1.5});

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] normals(int count) {
    Random random = new Random(count);
    return random.doubles(count).map(unused -> random.nextGaussian()).toArray();
  }

  private static final String FIGURES = "mean log-density -?[0-9.]+ ± [0-9.]+ of 20 others";

  @Test
  void densities() {
    DensityEstimator estimator =
        DensityEstimator.of(AffineFlows::normal)
            .withoutBaselines()
            .training(NpeTest.QUICK.steps(100).config(CONFIG).progress(Progress.silent()));
    try (Density density = estimator.fit(manager.create(normals(200)))) {
      assertThat(density.toString())
          .matches("density of 1 column, seed 7: 100 steps on 180 rows, " + FIGURES + ".*");
      density.close();
      assertThat(density).hasToString("density of 1 column, seed 7: closed");
    }

    NDArray two = manager.create(normals(400), new Shape(200, 2));
    try (Density named = estimator.fit(manager, Table.of(two, "height", "mass"))) {
      assertThat(named.toString())
          .matches(
              "density of 2 columns \\(height, mass\\), seed 7: 100 steps on 180 rows, "
                  + FIGURES
                  + ".*");
    }
  }

  @Test
  void densitiesGivenContexts() {
    NDArray rows = manager.create(normals(200));
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::regression)
            .withoutBaselines()
            .calibration(0)
            .ensemble(2)
            .training(NpeTest.QUICK.steps(100).config(CONFIG).progress(Progress.silent()))
            .fit(rows, manager.create(normals(201)).get("0:200"))) {
      assertThat(density.toString())
          .matches(
              "density of 1 column given 1 column, seed 7: 100 steps on 180 rows, "
                  + FIGURES
                  + ".*, the first of 2 flows");
    }
  }

  @Test
  void neuralPosteriors() {
    Npe npe =
        NpeTest.quick(Npe.of(Normal.of(0, 10), NpeTest.NOISY, AffineFlows::network)).config(CONFIG);
    try (NeuralPosterior all = npe.fit(npe.simulate(200));
        NeuralPosterior one = npe.sequential(y, 2, 200);
        NeuralLikelihood likelihood = npe.likelihood(npe.simulate(200))) {
      assertThat(all.toString())
          .matches(
              "posterior of theta from 200 simulations, seed 7\\R  by a density of 1 column given 1"
                  + " column, seed 7: [^\n]*");
      assertThat(one.toString())
          .matches(
              "posterior of theta of one observation, in 2 rounds with k-hat -?[0-9.]+, from 400"
                  + " simulations, seed 7\\R  by a density [^\n]*");
      assertThat(likelihood.toString())
          .startsWith("likelihood of theta by a density of 1 column given 1 column, seed 7: ");
    }
  }

  @Test
  void guidesAndFits() {
    AutoNormal<NDArray> guide = AutoNormal.of(MODEL);
    assertThat(guide).hasToString("AutoNormal: not run yet; parameters auto.*");
    Svi<NDArray> svi =
        Svi.builder(MODEL, guide)
            .config(CONFIG)
            .estimator(Elbo.meanField())
            .progress(Progress.silent())
            .build();
    double unused = IntStream.range(0, 3).mapToDouble(step -> svi.step(y)).sum();
    assertThat(unused).isFinite();
    assertThat(guide).hasToString("AutoNormal: 1 number of mu; parameters auto.*");
    assertThat(svi).hasToString("svi: 3 steps by mean-field, seed 7");
    svi.close();
    assertThat(svi).hasToString("svi: 3 steps by mean-field, seed 7");
  }

  @Test
  void samplersAndTheirRuns() {
    Nuts<NDArray> nuts =
        Nuts.of(MODEL).config(CONFIG).chains(2).draws(100).progress(Progress.silent());
    assertThat(nuts)
        .hasToString("nuts: 2 chains of 100 draws after at most 800 of warm-up, seed 7");
    try (McmcRun<NDArray> run = nuts.run(y)) {
      assertThat(run.toString()).startsWith("nuts: 2 chains").contains("mu");
      assertThat(run.summary().warnings()).isNotEmpty();
      assertThat(run.toString().lines().filter(line -> line.startsWith("  warning")))
          .hasSize(run.report().warnings().size())
          .doesNotHaveDuplicates();
    }
    Smc<NDArray> smc = Smc.of(MODEL).config(CONFIG).particles(100).progress(Progress.silent());
    assertThat(smc).hasToString("smc: 100 particles, 3 moves a level, seed 7");
    try (SmcRun<NDArray> run = smc.run(y)) {
      assertThat(run.toString()).startsWith("smc: 100 particles through ").contains("mu");
    }
    assertThat(Annealing.of(MODEL, AutoNormal.of(MODEL)).config(CONFIG).toString())
        .matches("annealing: [0-9,]+ levels, seed 7");
  }

  @Test
  void approximations() {
    LaplaceApproximation<NDArray> laplace = LaplaceApproximation.of(MODEL).config(CONFIG);
    assertThat(laplace).hasToString("laplace: 16 starts, seed 7");
    try (LaplacePosterior<NDArray> posterior = laplace.run(y)) {
      assertThat(posterior.toString()).startsWith("laplace: mode at log density ");
    }
    Pathfinder<NDArray> pathfinder = Pathfinder.of(MODEL).config(CONFIG);
    assertThat(pathfinder.toString()).matches("pathfinder: [0-9,]+ paths of [0-9,]+ draws, seed 7");
    try (PathfinderPosterior<NDArray> posterior = pathfinder.run(y)) {
      assertThat(posterior.toString()).startsWith("pathfinder: bounds of ");
    }
  }

  @Test
  void settings() {
    Training training = Training.standard().config(CONFIG);
    assertThat(training)
        .hasToString("training by likelihood, steps: 3000 or more, rows of a step: 256, seed 7");
    assertThat(DensityEstimator.of(AffineFlows::normal).training(training.steps(100)))
        .hasToString(
            "density estimator, training by likelihood, steps: 100, rows of a step: 256, seed 7");
    assertThat(
            ConditionalDensityEstimator.of(AffineFlows::regression)
                .ensemble(3)
                .withoutBaselines()
                .training(training))
        .hasToString("conditional density estimator, 3 flows, " + training + ", without baselines");
    assertThat(Npe.of(Normal.of(0, 10), NpeTest.NOISY, AffineFlows::network).config(CONFIG))
        .hasToString("neural posterior estimation by 1 flow, normal proposal of rounds, seed 7");
    assertThat(Reparam.of("x", LocScale.nonCentred())).hasToString("reparam of [x]");
    assertThat(new HighestDensityInterval(-0.123456, 1234.56)).hasToString("-0.1235 to 1235");
    assertThat(Elbo.importanceWeighted()).hasToString("importance-weighted");
    assertThat(Elbo.renyi(0.5)).hasToString("renyi(0.5)");
    assertThat(Inference.of(MODEL)).hasToString("Inference of a program of PrintedTest");
    assertThat(Inference.of(MODEL.with(new Scale(2))))
        .hasToString("Inference of a program under handlers");
  }
}
