package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.infer.density.Critic;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.nn.Mlp;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransformModule;

/** Posteriors of simulators whose posteriors are formulas. */
@ExtendWith(LeakCheck.class)
class NpeTest {

  static final Training QUICK = Training.standard().steps(400).batch(256).rate(0.03).decay(0);

  /** x = θ + 0.5 z. */
  static final Simulator NOISY =
      (theta, rng) -> {
        double[] x = theta.clone();
        Arrays.setAll(x, i -> x[i] + 0.5 * rng.nextNormal());
        return x;
      };

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Npe quick(Npe npe) {
    return npe.training(QUICK).ensemble(1).progress(Progress.silent()).threads(2);
  }

  private NDArray row(double... values) {
    return manager.create(values);
  }

  private NDArray matrix(int columns, double... values) {
    return manager.create(values, new Shape(values.length / columns, columns));
  }

  // A normal mean with a standard normal prior: the posterior of x has mean 0.8 x, variance 0.2.
  private static final double SLOPE = 0.8;
  private static final double SD = Math.sqrt(0.2);

  private void checkNormal(NeuralPosterior posterior, double... x) {
    try (Samples draws = posterior.posterior(row(x), 4000)) {
      for (int i = 0; i < x.length; i++) {
        Summary.Row found = draws.summary().get("theta[" + (i + 1) + "]");
        // Standard errors of 2,000 simulations: about 0.02 for the mean and 0.016 for the sd.
        assertThat(found.mean()).isCloseTo(SLOPE * x[i], within(0.1));
        assertThat(found.sd()).isCloseTo(SD, within(0.06));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void posteriorOfNormalMeansIsTheClosedForm(FloatType floatType) {
    Npe npe =
        quick(Npe.of(Normal.standard(2).toEvent(1), NOISY, AffineFlows::regression))
            .config(RunConfig.defaults().withFloatType(floatType));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(2000))) {
      checkNormal(posterior, 1, -0.5);

      NormalDistribution first = new NormalDistribution(SLOPE, SD);
      NormalDistribution second = new NormalDistribution(-0.5 * SLOPE, SD);
      double[] logs = posterior.logProb(matrix(2, 0.8, -0.4, 0.3, 0), row(1, -0.5)).toDoubleArray();
      assertThat(logs[0]).isCloseTo(first.logDensity(0.8) + second.logDensity(-0.4), within(0.15));
      assertThat(logs[1]).isCloseTo(first.logDensity(0.3) + second.logDensity(0), within(0.4));
      assertThat(posterior.report().orElseThrow().rows()).isEqualTo(1800);
      NDArray single = matrix(2, 0.8, -0.4).toType(DataType.FLOAT32, true);
      assertThat(posterior.logProb(single, row(1, -0.5)).getDataType()).isEqualTo(DataType.FLOAT32);
    }
  }

  /** A flow that does not see the data has no part beside a regression that does. */
  @Test
  void simpleDistributionsStandBesideFlows() {
    Npe npe =
        quick(
            Npe.of(
                Normal.standard(2).toEvent(1),
                NOISY,
                (dim, contextDim) ->
                    ConditionalTransformModule.ignoringContext(AffineFlows.normal(dim))));
    Simulations simulations = npe.simulate(2000);
    try (NeuralPosterior beside = npe.fit(simulations);
        NeuralPosterior alone = npe.withoutBaselines().fit(simulations);
        Samples blind = alone.posterior(row(1, -0.5), 4000)) {
      checkNormal(beside, 1, -0.5);
      assertThat(blind.summary().get("theta[1]").sd()).isCloseTo(1, within(0.1));
    }
  }

  @Test
  void batchOfAPriorIsAVectorOfParameters() {
    Distribution box = Uniform.of(Tensors.vector(-1, 0), Tensors.vector(1, 5));
    Npe one = quick(Npe.of(box.toEvent(1), NOISY, AffineFlows::regression));

    assertThat(quick(Npe.of(box, NOISY, AffineFlows::regression)).simulate(10).allParameters())
        .hasSize(20)
        .isEqualTo(one.simulate(10).allParameters());
    Npe npe = quick(Npe.of(Normal.standard(2), NOISY, AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(2000))) {
      checkNormal(posterior, 1, -0.5);
    }
  }

  /** Draws given data beside the parameters that made these. */
  @Test
  void drawsMayBeComparedWithParameters() {
    for (Objective objective :
        List.of(
            Objective.energyDistance(),
            Objective.adversarial(Critic.gan().network(Mlp.of(8))).plusLikelihood(1))) {
      Npe npe =
          quick(Npe.of(Normal.standard(2).toEvent(1), NOISY, AffineFlows::regression))
              .training(QUICK.objective(objective));
      try (NeuralPosterior posterior = npe.fit(npe.simulate(2000))) {
        checkNormal(posterior, 1, -0.5);
      }
    }
  }

  @Test
  void programsArePriorsAndSimulatorsToo() {
    Program<@Nullable Void> prior =
        (p, nothing) -> p.sample("theta", Normal.standard(2).toEvent(1));
    Program<NDArray> simulator =
        (p, theta) -> {
          NDArray noise = p.sample("noise", Normal.standard(2).toEvent(1));
          p.deterministic("x", theta.add(noise.mul(Tensors.number(0.5))));
        };
    Npe npe = quick(Npe.of(prior, Simulator.of(simulator, "x"), AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(2000))) {
      checkNormal(posterior, -1, 0.3);
    }
    Program<NDArray> observing =
        (p, theta) -> p.observe("x", Normal.of(theta, 0.5).toEvent(1), theta);
    Npe drawing = quick(Npe.of(prior, Simulator.of(observing, "x"), AffineFlows::regression));
    try (NeuralPosterior posterior = drawing.fit(drawing.simulate(2000))) {
      checkNormal(posterior, -1, 0.3);
    }
  }

  @Test
  void posteriorOfAPositiveParameterIsTheClosedFormInItsOwnUnits() {
    Simulator logarithm =
        (theta, rng) -> new double[] {Math.log(theta[0]) + 0.5 * rng.nextNormal()};
    Npe npe = quick(Npe.of(LogNormal.of(0, 1), logarithm, AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(2000));
        Samples draws = posterior.posterior(row(1), 4000)) {
      assertThat(draws.values("theta")).hasSize(4000);
      assertThat(Arrays.stream(draws.values("theta")).min().orElseThrow()).isPositive();
      LogNormalDistribution truth = new LogNormalDistribution(SLOPE, SD);
      assertThat(draws.summary().get("theta").q50())
          .isCloseTo(truth.inverseCumulativeProbability(0.5), within(0.25));
      double[] at = {1, 2, 3.5, -1, 0};
      double[] logs = posterior.logProb(matrix(1, at), row(1)).toDoubleArray();
      for (int i = 0; i < 3; i++) {
        assertThat(logs[i]).isCloseTo(truth.logDensity(at[i]), within(0.15));
      }
      assertThat(logs[3]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(logs[4]).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void drawsOfAPosteriorHaveTheWarningsOfItsTraining() {
    Npe npe = quick(Npe.of(Normal.standard(2).toEvent(1), NOISY, AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(20));
        Samples draws = posterior.posterior(row(0, 0), 10)) {
      String text = posterior.report().orElseThrow().warnings().get(0);
      assertThat(text).startsWith("2 rows are too few to look at");
      assertThat(draws.summary().warnings()).contains("its training has a warning: " + text);
    }
  }

  @Test
  @Tag("trust.8")
  void posteriorOfAnObservationThatNoSimulationIsLikeHasAWarning() {
    Npe npe = quick(Npe.of(Normal.standard(2).toEvent(1), NOISY, AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(1000))) {
      double distance = posterior.distance(row(0, 9));
      assertThat(distance).isGreaterThan(1);
      assertThat(posterior.distance(row(0, 1))).isLessThan(1);
      try (Samples near = posterior.posterior(row(0, 1), 10);
          Samples far = posterior.posterior(row(0, 9), 10)) {
        assertThat(near.warnings()).isEmpty();
        assertThat(near.summary().toString()).doesNotContain("warning");
        String text =
            String.format(
                Locale.ROOT,
                "observation is far from all simulations that were learned from: %.3g times the"
                    + " distance up to which a posterior can be trusted; look for a mistake in it,"
                    + " in the simulator or in the prior",
                distance);
        assertThat(far.warnings()).containsExactly(text);
        assertThat(far.summary().warnings()).containsExactly(text);
        assertThat(far.summary().toString())
            .endsWith(System.lineSeparator() + "  warning: " + text);
      }
    }
  }

  /** Three sites whose supports are an interval, a half line and a simplex. */
  private static final Program<@Nullable Void> SITES =
      (p, nothing) -> {
        p.sample("low", Uniform.of(Tensors.vector(-3, 0), Tensors.vector(-2, 5)).toEvent(1));
        p.sample("scale", Gamma.of(2, 1));
        p.sample("share", Dirichlet.of(Tensors.vector(1, 1, 1)));
      };

  private static final Flows TWO_OF_FIVE =
      (dim, contextDim) -> AffineFlows.regression(dim, contextDim);

  @Test
  void drawsOfAllSitesAreInTheirSupports() {
    Simulator noisy = (theta, rng) -> Arrays.copyOf(NOISY.simulate(theta, rng), 5);
    Npe npe = quick(Npe.of(SITES, noisy, TWO_OF_FIVE));
    Simulations simulations = npe.simulate(500);
    assertThat(simulations.parameterColumns()).isEqualTo(6);
    assertThat(simulations.dataColumns()).isEqualTo(5);
    try (NeuralPosterior posterior = npe.fit(simulations);
        Samples draws = posterior.posterior(row(-2.5, 2, 1, 0.2, 0.5), 300)) {
      assertThat(draws.names()).containsExactly("low", "scale", "share");
      assertThat(draws.get("share").getShape()).isEqualTo(new Shape(300, 3));
      double[] low = draws.values("low");
      for (int i = 0; i < 600; i += 2) {
        assertThat(low[i]).isBetween(-3.0, -2.0);
        assertThat(low[i + 1]).isBetween(0.0, 5.0);
      }
      assertThat(Arrays.stream(draws.values("scale")).min().orElseThrow()).isPositive();
      double[] share = draws.values("share");
      for (int i = 0; i < 900; i += 3) {
        assertThat(share[i] + share[i + 1] + share[i + 2]).isCloseTo(1, within(1e-12));
        assertThat(share[i]).isPositive();
      }
      double[] logs =
          posterior
              .logProb(
                  matrix(
                      6, -2.5, 2, 1, 0.2, 0.3, 0.5, -1.5, 2, 1, 0.2, 0.3, 0.5, -2.5, 2, -1, 0.2,
                      0.3, 0.5, -2.5, 2, 1, 0.2, 0.2, 0.5),
                  row(-2.5, 2, 1, 0.2, 0.5))
              .toDoubleArray();
      assertThat(logs[0]).isFinite();
      assertThat(Arrays.copyOfRange(logs, 1, 4)).containsOnly(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void densityOverAnIntervalHasMassOne() {
    Npe npe = quick(Npe.of(Uniform.of(2, 5), NOISY, AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(500))) {
      int cells = 6000;
      double[] middles = new double[cells];
      Arrays.setAll(middles, i -> 2 + 3 * (i + 0.5) / cells);
      double mass =
          Arrays.stream(posterior.logProb(matrix(1, middles), row(4.9)).toDoubleArray())
              .map(log -> Math.exp(log) * 3 / cells)
              .sum();
      assertThat(mass).isCloseTo(1, within(1e-3));
    }
  }

  @Test
  void simulationsAreTheSameOnAnyNumberOfThreads() {
    Npe npe = quick(Npe.of(SITES, NOISY, TWO_OF_FIVE)).config(RunConfig.defaults().withSeed(7));
    Simulations one = npe.threads(1).simulate(200);
    Simulations four = npe.threads(4).simulate(200);
    Simulations more = npe.threads(3).simulate(250);

    assertThat(four.allParameters()).containsExactly(one.allParameters());
    assertThat(four.allData()).containsExactly(one.allData());
    assertThat(Arrays.copyOf(more.allParameters(), one.allParameters().length))
        .containsExactly(one.allParameters());
    assertThat(Arrays.copyOf(more.allData(), one.allData().length)).containsExactly(one.allData());
    Simulations other = npe.config(RunConfig.defaults().withSeed(8)).simulate(200);
    assertThat(other.allData()).isNotEqualTo(one.allData());
  }

  @Test
  void samePosteriorGivesTheSameDraws() {
    Npe npe = quick(Npe.of(Normal.of(0, 1), NOISY, AffineFlows::regression));
    Simulations simulations = npe.simulate(300);
    try (NeuralPosterior one = npe.fit(simulations);
        NeuralPosterior again = npe.threads(1).fit(simulations);
        Samples first = one.posterior(row(1), 50);
        Samples second = one.posterior(row(1), 50);
        Samples third = again.posterior(row(1), 50)) {
      assertThat(second.values("theta")).containsExactly(first.values("theta"));
      assertThat(third.values("theta")).containsExactly(first.values("theta"));
    }
  }

  @Test
  void posteriorPredictsByAModel() {
    Program<NDArray> model =
        (p, x) -> {
          NDArray theta = p.sample("theta", Normal.of(0, 1));
          p.observe("y", Normal.of(theta.mul(Tensors.number(100)), 1), p.scalar(0));
        };
    Npe npe = quick(Npe.of(Normal.of(0, 1), NOISY, AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(2000));
        Samples predicted = Predictive.of(model, posterior).draw(row(1), 2000)) {
      assertThat(predicted.mean("y")[0]).isCloseTo(100 * SLOPE, within(10.0));
    }
  }

  @Test
  void embeddingShowsTheFlowFeatures() {
    // Sixteen noisy copies of one parameter: a network finds their mean.
    Simulator copies =
        (theta, rng) -> {
          double[] x = new double[16];
          Arrays.setAll(x, i -> theta[0] + 2 * rng.nextNormal());
          return x;
        };
    int[] asked = new int[1];
    Npe npe =
        quick(
                Npe.of(
                    Normal.of(0, 1),
                    copies,
                    (dim, contextDim) -> {
                      asked[0] = contextDim;
                      return AffineFlows.regression(dim, contextDim);
                    }))
            .embedding(Mlp.of(), 1);
    double[] x = new double[16];
    Arrays.setAll(x, i -> i % 2 == 0 ? 2.0 : 0.5);
    try (NeuralPosterior posterior = npe.fit(npe.simulate(3000));
        Samples draws = posterior.posterior(row(x), 4000)) {
      assertThat(asked[0]).isEqualTo(1);
      // Noise of variance 4 / 16: the posterior has mean 0.8 · 1.25 and variance 0.2.
      assertThat(draws.summary().get("theta").mean()).isCloseTo(1, within(0.12));
      assertThat(draws.summary().get("theta").sd()).isCloseTo(SD, within(0.06));
    }
  }

  @Test
  void likelierOfTwoFlowsIsKept() {
    // The other flow does not see its contexts: its posterior is the prior.
    Flows blind =
        (dim, contextDim) -> ConditionalTransformModule.ignoringContext(AffineFlows.normal(dim));
    Npe one = quick(Npe.of(Normal.standard(2).toEvent(1), NOISY, AffineFlows::regression));
    Npe other = quick(Npe.of(Normal.standard(2).toEvent(1), NOISY, blind));
    Simulations simulations = one.simulate(2000);
    try (NeuralPosterior first = one.or(blind).fit(simulations);
        NeuralPosterior second = other.or(AffineFlows::regression).fit(simulations);
        NeuralPosterior alone = other.fit(simulations)) {
      checkNormal(first, 1, -0.5);
      checkNormal(second, 1, -0.5);
      NDArray at = matrix(2, 0.8, -0.4);
      assertThat(first.logProb(at, row(1, -0.5)).toDoubleArray())
          .containsExactly(second.logProb(at, row(1, -0.5)).toDoubleArray());
      assertThat(alone.report().orElseThrow().best().logProb())
          .isLessThan(first.report().orElseThrow().best().logProb());
    }
  }

  @Test
  void simulationsFromElsewhereAreLearnedFromToo() {
    Npe npe = quick(Npe.of(Normal.standard(2).toEvent(1), NOISY, AffineFlows::regression));
    Simulations own = npe.simulate(1500);
    Simulations rest = Simulations.of(own.parameters(manager), own.data(manager));
    try (NeuralPosterior posterior = npe.fit(rest.and(own))) {
      assertThat(rest.and(own).rows()).isEqualTo(3000);
      checkNormal(posterior, 1, -0.5);
    }
  }
}
