package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Bounds by weights of several draws: of y of N(mu, 1), mu of N(0, 1), the evidence is known. */
@ExtendWith(LeakCheck.class)
class RenyiElboTest {

  private static final double Y = 1.4;
  private static final double LOG_EVIDENCE = new NormalDistribution(0, Math.sqrt(2)).logDensity(Y);

  private static final Program<NDArray> MODEL =
      (p, y) -> p.observe("y", Normal.of(p.sample("mu", Normal.of(0, 1)), 1), y);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Program<NDArray> guide(double loc, double scale) {
    return (p, y) -> p.sample("mu", Normal.of(p.param("m", () -> p.scalar(loc)), scale));
  }

  /** The losses of steps of a rate, and the parameter after them. */
  private double[] losses(
      Program<NDArray> guide, Elbo elbo, int particles, int steps, RunConfig config, double rate) {
    try (ParamStore params = new ParamStore(manager, config);
        NDArray y = manager.create(Y);
        Svi<NDArray> svi =
            Svi.builder(MODEL, guide)
                .params(params)
                .optimizer(Sgd.withRate(rate))
                .estimator(elbo)
                .particles(particles)
                .progress(Progress.silent())
                .build()) {
      double[] losses = DoubleStream.generate(() -> svi.step(y)).limit(steps).toArray();
      double[] all = Arrays.copyOf(losses, steps + 1);
      all[steps] = params.value("m")[0];
      return all;
    }
  }

  private double[] losses(Program<NDArray> guide, Elbo elbo, int particles, int steps) {
    RunConfig config = RunConfig.defaults().withSeed(4);
    return Arrays.copyOf(losses(guide, elbo, particles, steps, config, 1e-12), steps);
  }

  /** Where the guide is the posterior each weight is the evidence. */
  @ParameterizedTest
  @EnumSource
  void ofThePosteriorEachBoundIsTheEvidence(FloatType type) {
    RunConfig config = RunConfig.defaults().withSeed(4).withFloatType(type);
    // Of rounding, and of steps that move the guide by its gradient times 1e-12.
    double tolerance = type == FloatType.FLOAT64 ? 1e-10 : 1e-5;
    for (double order : new double[] {-1, 0, 0.5, 1, 3}) {
      for (int particles : new int[] {1, 6}) {
        double[] losses =
            losses(guide(Y / 2, Math.sqrt(0.5)), Elbo.renyi(order), particles, 4, config, 1e-12);
        for (double loss : Arrays.copyOf(losses, 4)) {
          assertThat(loss).isCloseTo(-LOG_EVIDENCE, within(tolerance));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void theMeanWeightIsTheEvidence(int particles) {
    double[] losses = losses(guide(0.2, 1), Elbo.importanceWeighted(), particles, 3000);
    Stats weights = Stats.of(Arrays.stream(losses).map(loss -> Math.exp(-loss)).toArray());
    double error = weights.sampleStandardDeviation() / Math.sqrt(losses.length);

    assertThat(weights.mean()).isCloseTo(Math.exp(LOG_EVIDENCE), within(4 * error));
    assertThat(error / weights.mean()).isLessThan(0.02);
  }

  @Test
  void oneParticleAndOrderOneAreTheTraceEstimator() {
    double[] one = losses(guide(0.2, 1), Elbo.trace(), 1, 5);
    double[] many = losses(guide(0.2, 1), Elbo.trace(), 4, 5);

    assertThat(losses(guide(0.2, 1), Elbo.renyi(0.3), 1, 5)).containsExactly(one, within(1e-12));
    assertThat(losses(guide(0.2, 1), Elbo.renyi(1), 4, 5)).containsExactly(many, within(1e-12));
    // As near to it as the order is.
    assertThat(losses(guide(0.2, 1), Elbo.renyi(1 + 1e-6), 4, 5))
        .containsExactly(many, within(1e-4));
  }

  /** Of the same draws. */
  @Test
  void theBoundFallsWithTheOrder() {
    double[] orders = {-1, 0, 0.5, 1, 2, 10};
    double[] before = new double[20];
    Arrays.fill(before, Double.NEGATIVE_INFINITY);
    for (double order : orders) {
      double[] losses = losses(guide(0.2, 1.5), Elbo.renyi(order), 4, 20);
      for (int i = 0; i < losses.length; i++) {
        assertThat(losses[i]).isGreaterThan(before[i]);
      }
      before = losses;
    }
  }

  /** A step of rate 1 goes by the slope of the loss under the same draws. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2})
  void gradientsAreThoseOfDifferences(double order) {
    RunConfig config = RunConfig.defaults().withSeed(9);
    double h = 1e-5;
    Elbo elbo = Elbo.renyi(order);
    double above = losses(guide(0.2 + h, 1), elbo, 3, 1, config, 1)[0];
    double below = losses(guide(0.2 - h, 1), elbo, 3, 1, config, 1)[0];
    double moved = losses(guide(0.2, 1), elbo, 3, 1, config, 1)[1];

    assertThat(0.2 - moved).isCloseTo((above - below) / (2 * h), within(1e-8));
  }

  @Test
  void mistakesSayWhatIsWrong() {
    assertThatThrownBy(() -> Elbo.renyi(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("renyi estimator has order NaN, but it must be finite");
    Program<NDArray> discrete = (p, y) -> p.sample("mu", Bernoulli.probs(0.5));
    try (NDArray y = manager.create(Y);
        Svi<NDArray> svi =
            Svi.builder(discrete, discrete)
                .estimator(Elbo.importanceWeighted())
                .particles(2)
                .progress(Progress.silent())
                .build()) {
      assertThatThrownBy(() -> svi.step(y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("but the importance-weighted estimator needs one");
    }
  }
}
