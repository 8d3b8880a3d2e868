package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.google.common.math.Stats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Evidence;
import org.ppl4j.infer.annealing.Potential;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.stochastic.Annealed;
import org.ppl4j.infer.stochastic.Langevin;
import org.ppl4j.infer.stochastic.Mala;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Guides with stochastic layers behind their joint draw. */
@ExtendWith(LeakCheck.class)
class StochasticGuideTest {

  private static final Program<Void> BANANA = Potential.BANANA.model();

  /** Rates of three groups, in a plate, with counts of their means: plates, bijections, D = 5. */
  private static final Program<NDArray> GROUPS =
      (p, y) -> {
        NDArray shape = p.sample("shape", Gamma.of(2, 1));
        NDArray scale = p.sample("scale", Gamma.of(2, 1));
        try (Plate groups = p.plate("groups", 3)) {
          NDArray rate = p.sample("rate", Gamma.of(shape, scale));
          p.observe("y", Normal.of(rate, 1), groups.take(y));
        }
      };

  private static AutoNormal<Void> layered() {
    return AutoNormal.of(BANANA)
        .initializer(Initializer.value(Map.of("x", new double[] {0.2, -0.2})))
        .initialScale(1)
        .then(Langevin.of(0.05).repeat(3));
  }

  private static <D> Svi<D> svi(Program<D> model, Program<D> guide, RunConfig config) {
    return Svi.builder(model, guide).config(config).progress(Progress.silent()).build();
  }

  /** The mean of exp(log weight), of paths and not of values, is the normalizer. */
  @Test
  void weightsOfPathsAreUnbiased() {
    try (Svi<Void> svi = svi(BANANA, layered(), RunConfig.defaults())) {
      svi.run(null, 20);
      double z = Potential.BANANA.logNormalizer();
      double[] weights =
          Arrays.stream(svi.logWeights(null, 10_000)).map(w -> Math.exp(w - z)).toArray();

      Stats stats = Stats.of(weights);
      double error = stats.sampleStandardDeviation() / 100;
      assertThat(error).isLessThan(0.02);
      assertThat((stats.mean() - 1) / error).isBetween(-4.0, 4.0);
    }
  }

  /** Also behind a start, with plates and bijections, by levels and with choices. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void recordedStepsAreThoseOfTheEngine(int particles) {
    AutoMultivariateNormal<NDArray> guide =
        AutoMultivariateNormal.of(GROUPS)
            .then(Annealed.of(2).by(Langevin.of(0.02)))
            .then(Mala.of(0.05));
    List<double[]> found = new ArrayList<>();
    for (Recording recording : new Recording[] {Recording.REQUIRED, Recording.OFF}) {
      try (Svi<NDArray> svi =
          Svi.builder(GROUPS, guide)
              .config(RunConfig.defaults().withRecording(recording))
              .particles(particles)
              .progress(Progress.silent())
              .build()) {
        for (int i = 0; i < 4; i++) {
          double unused = svi.step(Tensors.vector(0.5, 1, 2));
        }
        found.add(svi.params().value("auto.loc"));
      }
    }

    assertThat(found.get(0)).hasSize(5);
    for (int d = 0; d < 5; d++) {
      assertThat(found.get(0)[d]).isCloseTo(found.get(1)[d], within(1e-9)).isNotZero();
    }
  }

  /** What comes out of the layers is nearer to the posterior, and the guide's draws are that. */
  @Test
  void layersComeNearer() {
    List<Double> bounds = new ArrayList<>();
    for (AutoNormal<NDArray> guide :
        List.of(AutoNormal.of(GROUPS), AutoNormal.of(GROUPS).then(Langevin.of(0.1).repeat(5)))) {
      try (Svi<NDArray> svi = svi(GROUPS, guide, RunConfig.defaults())) {
        svi.run(Tensors.vector(0.5, 1, 2), 200);
        bounds.add(Stats.of(svi.logWeights(Tensors.vector(0.5, 1, 2), 2000)).mean());
        try (Samples draws = svi.posterior(Tensors.vector(0.5, 1, 2), 100)) {
          assertThat(draws.values("rate")).hasSize(300).doesNotContain(Double.NaN);
        }
      }
    }

    assertThat(bounds.get(1)).isGreaterThan(bounds.get(0) + 0.05);
  }

  // --- errors

  @Test
  void valuesHaveNoDensityAndTheGuideNoMedians() {
    AutoNormal<Void> guide = layered();
    try (Svi<Void> svi = svi(BANANA, guide, RunConfig.defaults())) {
      double unused = svi.step(null);
      ParamStore params = svi.params();

      assertThatThrownBy(() -> guide.median(params))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "guide 'AutoNormal' has stochastic layers, which need data to move its draws; take"
                  + " quantiles of svi.posterior(data, draws)");
      assertThatThrownBy(() -> anneal(guide))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("distribution 'PathDistribution' has no log density at a value");
    }
  }

  private static void anneal(Program<Void> guide) {
    Annealing<Void> annealing = Annealing.of(BANANA, guide).progress(Progress.silent());
    try (Evidence unused = annealing.evidence(null, 2)) {
      // closed at once
    }
  }

  @Test
  void rowsThatAStepDoesNotSeeAreSaid() {
    Program<NDArray> local =
        (p, y) -> {
          try (Plate rows = p.plate("rows", 3, 2)) {
            NDArray x = p.sample("x", Normal.of(0, 1));
            p.observe("y", Normal.of(x, 1), rows.take(y));
          }
          p.sample("mu", Normal.of(0, 1));
        };
    Program<NDArray> given =
        (p, y) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          try (Plate rows = p.plate(PlateSpec.of("rows", 100).given(3))) {
            p.observe("y", Normal.of(mu, 1), y);
          }
        };

    assertThatThrownBy(() -> step(local))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stochastic layers move all latent values, but a step sees some rows only of sites [x];"
                + " let the model see all rows of their plates");
    assertThatThrownBy(() -> step(given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stochastic layers follow the density of all data, but they hold 3 of 100 rows of plate"
                + " 'rows'; give the fit the whole data");
  }

  private static void step(Program<NDArray> model) {
    AutoNormal<NDArray> guide = AutoNormal.of(model).then(Langevin.of(0.1));
    try (Svi<NDArray> svi = svi(model, guide, RunConfig.defaults())) {
      double unused = svi.step(Tensors.vector(1, 2, 3));
    }
  }
}
