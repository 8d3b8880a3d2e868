package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.ode.Sde;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Paths of stochastic differential equations. */
@ExtendWith(LeakCheck.class)
class EulerMaruyamaTest {

  private static final Sde PENDULUM =
      new Sde() {
        @Override
        public NDArray drift(NDArray time, NDArray state, NDArray theta) {
          return state.sin().neg().mul(theta).add(time);
        }

        @Override
        public NDArray diffusion(NDArray time, NDArray state, NDArray theta) {
          return state.square().add(1).mul(theta);
        }
      };

  /** Step by step, by Hipparchus' normal distribution. */
  @Test
  void theDensityIsThatOfItsSteps() {
    double[] times = {0.5, 0.6, 1, 1.3};
    double[][] path = {{0.2, -1}, {0.1, -0.7}, {0.5, 0.3}, {-0.4, 0.9}};
    double theta = 0.8;
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      double h = times[k + 1] - times[k];
      for (int i = 0; i < 2; i++) {
        double x = path[k][i];
        double mean = x + (times[k] - theta * Math.sin(x)) * h;
        double sd = theta * (1 + x * x) * Math.sqrt(h);
        sum += new NormalDistribution(mean, sd).logDensity(path[k + 1][i]);
      }
    }
    EulerMaruyama distribution =
        EulerMaruyama.of(PENDULUM, Tensors.vector(path[0]), Tensors.vector(theta), times);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray value = run.create(new double[] {0.1, -0.7, 0.5, 0.3, -0.4, 0.9}, new Shape(3, 2));
      assertThat(distribution.on(run).logProb(value).getDouble()).isCloseTo(sum, within(1e-13));
    }
  }

  /** What is at a time given a row is N(α x₀, σ²), which steps of 0.002 are close to. */
  @Test
  void theLibrarysOwnEquationHasItsLaw() {
    int paths = 20_000;
    int steps = 250;
    double end = 0.5;
    double[] times = new double[steps + 1];
    for (int k = 0; k <= steps; k++) {
      times[k] = end * k / steps;
    }
    VariancePreserving sde = VariancePreserving.of(0.1, 6);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray start = run.full(1.7, new Shape(paths, 1));
      NDArray path =
          EulerMaruyama.of(sde, start, run.zeros(new Shape(1)), times)
              .draw(Rng.of(3, Rng.Purpose.MODEL, 0, "path"))
              .value();
      double[] last = Tensors.values(Tensors.range(path, -2, steps - 1, steps));
      double mean = 0;
      double square = 0;
      for (double x : last) {
        mean += x / paths;
        square += x * x / paths;
      }
      NDArray time = run.full(end, new Shape(1));
      double signal = sde.signal(time).getDouble();
      double noise = sde.noise(time).getDouble();
      // Four standard errors, and 0.002 for the steps.
      assertThat(mean).isCloseTo(1.7 * signal, within(4 * noise / Math.sqrt(paths) + 2e-3));
      assertThat(square - mean * mean)
          .isCloseTo(noise * noise, within(4 * noise * noise * Math.sqrt(2.0 / paths) + 2e-3));
    }
  }
}
