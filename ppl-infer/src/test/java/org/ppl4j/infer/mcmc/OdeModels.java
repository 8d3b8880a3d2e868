package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.ode.Equation;
import org.ppl4j.ode.Ode;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Tensors;

/** Hares and lynxes as a model with a differential equation, and by hand. */
final class OdeModels {

  static final int STEPS = 5;

  private static final int YEARS = 20;

  /** Growth and loss of hares, loss and growth of lynxes; hares and lynxes at first; spread. */
  private static final double[] TRUTH = {0.55, 0.028, 0.84, 0.024, 33.9, 5.9, 0.25};

  /** Equal steps from one year to the next, and steps by their error. */
  static final List<Solver> SOLVERS = List.of(Solver.rungeKutta(STEPS), Solver.dormandPrince(1e-6));

  /** The likeliest of some draws: far from the data hares would be without number. */
  static final Initializer START = Initializer.sample(20);

  private static final double[] TIMES =
      DoubleStream.iterate(0, t -> t + 1).limit(YEARS + 1L).toArray();

  private static final Equation HARES =
      (time, state, theta) -> {
        List<NDArray> of = Tensors.split(state, -1, 1, 1);
        List<NDArray> rates = Tensors.split(theta, -1, 1, 1, 1, 1);
        NDArray hares = rates.get(0).sub(rates.get(1).mul(of.get(1))).mul(of.get(0));
        NDArray lynxes = rates.get(3).mul(of.get(0)).sub(rates.get(2)).mul(of.get(1));
        return Tensors.concat(List.of(hares, lynxes), -1);
      };

  private OdeModels() {}

  /** The truth of a number, in the order of the model. */
  static double truth(int number) {
    return TRUTH[number];
  }

  /** Counts (YEARS + 1, 2) are lognormal around the states. */
  static Program<NDArray> model(Solver solver) {
    return (p, counts) -> {
      NDArray theta = p.sample("theta", LogNormal.of(logs(0.5, 0.03, 0.8, 0.03), 0.5).toEvent(1));
      NDArray start = p.sample("start", LogNormal.of(logs(30, 6), 0.5).toEvent(1));
      NDArray spread = p.sample("spread", LogNormal.of(-1, 0.5));
      NDArray states = Ode.solve(solver, HARES, start, TIMES, theta);
      try (Plate years = p.plate("years", TIMES.length)) {
        p.observe(
            "counts",
            LogNormal.of(states.log(), spread.expandDims(-1)).toEvent(1),
            years.take(counts));
      }
    };
  }

  /** Of an evaluation, in the best of some rounds. */
  static double microseconds(DoubleSupplier gradient) {
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < 20; round++) {
      long began = System.nanoTime();
      double sum = 0;
      for (int i = 0; i < 500; i++) {
        sum += gradient.getAsDouble();
      }
      assertThat(sum).isFinite();
      best = Math.min(best, (System.nanoTime() - began) / 500e3);
    }
    return best;
  }

  private static NDArray logs(double... values) {
    return Tensors.vector(DoubleStream.of(values).map(Math::log).toArray());
  }

  /** States by small steps, with noise, row by row. */
  static double[] counts(long seed) {
    Random random = new Random(seed);
    double[] counts = new double[2 * TIMES.length];
    double[] z = {TRUTH[4], TRUTH[5]};
    for (int year = 0; year < TIMES.length; year++) {
      for (int i = 0; i < 2; i++) {
        counts[2 * year + i] = z[i] * Math.exp(TRUTH[6] * random.nextGaussian());
      }
      for (int step = 0; step < 100; step++) {
        double[] middle = moved(z, rate(z), 0.005);
        z = moved(z, rate(middle), 0.01);
      }
    }
    return counts;
  }

  private static double[] rate(double[] z) {
    return new double[] {(TRUTH[0] - TRUTH[1] * z[1]) * z[0], (TRUTH[3] * z[0] - TRUTH[2]) * z[1]};
  }

  private static double[] moved(double[] z, double[] rate, double h) {
    return new double[] {z[0] + h * rate[0], z[1] + h * rate[1]};
  }

  /**
   * Holds the gradient of a density where it starts against differences.
   *
   * @param apart half of a difference
   * @param tolerance of a slope near 1, and the share of a steeper one
   */
  static void assertHasItsGradient(LogDensity<?> density, double apart, double tolerance) {
    double[] u = density.start();
    double[] gradient = new double[u.length];
    double unused = density.evaluate(u, gradient);
    for (int i = 0; i < u.length; i++) {
      double[] up = u.clone();
      double[] down = u.clone();
      up[i] += apart;
      down[i] -= apart;
      double slope = (density.value(up) - density.value(down)) / (2 * apart);
      assertThat(gradient[i]).isCloseTo(slope, within(tolerance * (1 + Math.abs(slope))));
    }
  }
}
