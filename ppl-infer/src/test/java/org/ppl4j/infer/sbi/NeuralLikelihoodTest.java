package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Condition;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Likelihoods of simulators that are formulas, and what a sampler makes of them. */
@ExtendWith(LeakCheck.class)
class NeuralLikelihoodTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Summary summary(Program<@Nullable Void> model) {
    try (McmcRun<@Nullable Void> run =
            Nuts.of(model).chains(2).warmup(200).draws(400).progress(Progress.silent()).run(null);
        Samples draws = run.posterior(null, 800)) {
      return draws.summary();
    }
  }

  /** x = θ + 0.5 z: of n observations mean 4 n x̄ / (1 + 4 n) and variance 1 / (1 + 4 n). */
  @Test
  void posteriorOfANormalMeanIsTheClosedForm() {
    Npe npe =
        NpeTest.quick(
            Npe.of(Normal.standard(2).toEvent(1), NpeTest.NOISY, AffineFlows::regression));
    try (NeuralLikelihood likelihood = npe.likelihood(npe.simulate(2000))) {
      check(likelihood, 1, manager.create(new double[] {1, -0.5}));
      check(
          likelihood, 3, manager.create(new double[] {1.5, 0, 0.5, -0.5, 1, -1}, new Shape(3, 2)));
    }
  }

  private static void check(NeuralLikelihood likelihood, int n, NDArray x) {
    Summary summary = summary(likelihood.model(x));
    double share = 4.0 * n / (1 + 4 * n);
    double sd = 1 / Math.sqrt(1 + 4.0 * n);
    double[] means = {1, -0.5};
    for (int i = 0; i < 2; i++) {
      Summary.Row theta = summary.get("theta[" + (i + 1) + "]");
      // Of 2,000 simulations a regression is known to 0.01, and 800 draws.
      assertThat(theta.mean()).isCloseTo(share * means[i], within(0.25 * sd));
      assertThat(theta.sd()).isCloseTo(sd, within(0.15 * sd));
    }
  }

  /** x = m + s z: the derivatives of the factor are those of differences, at sites of two kinds. */
  @Test
  void factorHasTheDerivativesOfItsValue() {
    Program<@Nullable Void> prior =
        (p, nothing) -> {
          p.sample("scale", Gamma.of(3, 3));
          p.sample("mean", Normal.of(0, 1));
        };
    Simulator noisy = (theta, rng) -> new double[] {theta[1] + theta[0] * rng.nextNormal()};
    Npe npe = NpeTest.quick(Npe.of(prior, noisy, AffineFlows::network)).ensemble(2);
    try (NeuralLikelihood likelihood = npe.likelihood(npe.simulate(2000));
        ParamStore params = new ParamStore(manager)) {
      assertThat(likelihood.names()).containsExactly("scale", "mean");
      Program<@Nullable Void> model =
          likelihood.model(manager.create(new double[] {0.4, 1.3}, new Shape(2, 1)));
      double[] at = {0.8, 0.5};
      double[] slopes = new double[2];
      double value = factor(model, params, at, slopes);
      // Of two observations, each normal around the mean.
      NormalDistribution truth = new NormalDistribution(0.5, 0.8);
      assertThat(value).isCloseTo(truth.logDensity(0.4) + truth.logDensity(1.3), within(0.15));
      for (int i = 0; i < 2; i++) {
        double[] high = at.clone();
        double[] low = at.clone();
        high[i] += 1e-5;
        low[i] -= 1e-5;
        double[] unused = new double[2];
        double difference =
            (factor(model, params, high, unused) - factor(model, params, low, unused)) / 2e-5;
        assertThat(Math.abs(difference)).isGreaterThan(0.1);
        assertThat(slopes[i]).isCloseTo(difference, within(1e-6 * Math.abs(difference) + 1e-7));
      }
    }
  }

  private static double factor(
      Program<@Nullable Void> model, ParamStore params, double[] at, double[] slopes) {
    RunConfig config = RunConfig.defaults();
    try (Run run = Run.open(config, 0)) {
      NDArray scale = Autograd.variable(run.scalar(at[0]));
      NDArray mean = Autograd.variable(run.scalar(at[1]));
      Trace trace =
          Execution.record(
              run,
              params,
              Rng.Purpose.MODEL,
              model.with(new Condition(ImmutableMap.of("scale", scale, "mean", mean))),
              null);
      NDArray log = trace.site("likelihood").logProb();
      List<NDArray> found = Autograd.grad(log, List.of(scale, mean));
      for (int i = 0; i < 2; i++) {
        slopes[i] = found.get(i).getDouble();
      }
      return log.getDouble();
    }
  }

  @Test
  void whatALikelihoodCannotBeIsSaid() {
    Npe npe =
        NpeTest.quick(Npe.of(Normal.of(0, 1), NpeTest.NOISY, AffineFlows::regression))
            .training(NpeTest.QUICK.steps(20));
    Simulations simulations = npe.simulate(50);
    assertThatThrownBy(() -> npe.sets(3).likelihood(simulations))
        .hasMessage(
            "npe sees data through an embedding or as sets, but a likelihood is of data given"
                + " parameters; learn it without");
    NeuralLikelihood closed;
    try (NeuralLikelihood likelihood = npe.likelihood(simulations)) {
      closed = likelihood;
      assertThat(likelihood.report().rows()).isEqualTo(45);
      assertThatThrownBy(() -> likelihood.model(manager.create(new Shape(3, 2))))
          .hasMessage(
              "observations have shape (3, 2), but the simulator returns 1 numbers; pass shape (1),"
                  + " or (n, 1) for several");
      assertThatThrownBy(() -> likelihood.model(manager.create(new double[] {Double.NaN})))
          .hasMessage("observations have numbers that are not finite; pass finite ones");
    }
    assertThatThrownBy(() -> closed.model(manager.create(new double[] {1})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("neural likelihood is used after it was closed; close it after its last use");
    Program<@Nullable Void> inPlate =
        (p, nothing) -> {
          try (Plate two = p.plate("two", 2)) {
            p.sample("theta", Normal.of(0, 1));
          }
        };
    Npe other =
        NpeTest.quick(Npe.of(inPlate, NpeTest.NOISY, AffineFlows::regression))
            .training(NpeTest.QUICK.steps(20));
    try (NeuralLikelihood ofPlate = other.likelihood(other.simulate(50))) {
      Program<@Nullable Void> model = ofPlate.model(manager.create(new double[] {1, 2}));
      assertThatThrownBy(() -> summary(model))
          .hasMessageContaining(
              "parameter 'theta' is in a plate, of which a learned likelihood knows nothing; draw"
                  + " it by .expand(shape).toEvent(n)");
    }
  }
}
