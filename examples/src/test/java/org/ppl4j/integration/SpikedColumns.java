package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;

/**
 * A column that is normal but for one number, which a share of its rows have: learned by the
 * recommended flows with the settings that nobody changed.
 */
final class SpikedColumns {

  static final int ROWS = 2000;

  /** The mass is that within this share of the deviation of the column. */
  private static final double NEAR = 0.01;

  /** The points of the integrals. */
  private static final double STEP = 1e-3;

  private static final double FARTHEST = 12;

  private SpikedColumns() {}

  /**
   * What came out.
   *
   * @param mass that was learned near the spike
   * @param share of the table's rows there
   * @param standardErrors of a binomial share
   * @param klOfTheRest the divergence of the smooth part from what was learned away from the spike
   */
  record Outcome(double mass, double share, double standardErrors, double klOfTheRest) {

    /** By how much the mass is off, beyond what chance explains. */
    double excess() {
      return Math.abs(mass - share) - 3 * standardErrors;
    }
  }

  private static double normal(double y) {
    return Math.exp(-y * y / 2) / Math.sqrt(2 * Math.PI);
  }

  private static Training training(long seed) {
    return Training.standard()
        .config(RunConfig.defaults().withSeed(seed))
        .progress(Progress.silent());
  }

  /** Of one column alone. */
  static Outcome alone(double share, double value, long seed) {
    Random random = new Random(seed);
    double[] y = new double[ROWS];
    Arrays.setAll(y, i -> random.nextDouble() < share ? value : random.nextGaussian());
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density).training(training(seed)).fit(manager.create(y))) {
      return outcome(y, value, points -> density.logProb(manager.create(points)));
    }
  }

  /**
   * Of one column given another of zeros and ones, on which the spike hangs, from half the share to
   * one and a half: given each.
   */
  static List<Outcome> given(double share, double value, long seed) {
    Random random = new Random(seed);
    double[] x = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = i % 2;
      double of = share * (0.5 + x[i]);
      y[i] = random.nextDouble() < of ? value : random.nextGaussian();
    }
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(Flows::conditional)
                .training(training(seed))
                .fit(manager.create(y), manager.create(x))) {
      List<Outcome> each = new ArrayList<>();
      for (int k = 0; k < 2; k++) {
        double context = k;
        double[] rows =
            IntStream.range(0, ROWS).filter(i -> x[i] == context).mapToDouble(i -> y[i]).toArray();
        each.add(
            outcome(
                rows,
                value,
                points ->
                    density.logProb(
                        manager.create(points), manager.create(new double[] {context}))));
      }
      return each;
    }
  }

  /** The divergence of the smooth part over all contexts, each with as many rows as it has. */
  static double klOfTheRest(List<Outcome> given) {
    double rows = given.stream().mapToDouble(outcome -> 1 - outcome.share()).sum();
    return given.stream()
            .mapToDouble(outcome -> (1 - outcome.share()) * outcome.klOfTheRest())
            .sum()
        / rows;
  }

  private static Outcome outcome(double[] rows, double value, Function<double[], NDArray> logProb) {
    double mean = Arrays.stream(rows).average().orElseThrow();
    double variance = Arrays.stream(rows).map(r -> (r - mean) * (r - mean)).average().orElseThrow();
    double near = NEAR * Math.sqrt(variance);
    double fine = near / 1000;
    double[] inside = grid(value - near, 2000, fine);
    double mass = sum(logProb.apply(inside), fine, (y, log) -> Math.exp(log), inside);
    double share =
        (double) Arrays.stream(rows).filter(r -> Math.abs(r - value) <= near).count() / rows.length;
    double[] outside =
        Arrays.stream(grid(-FARTHEST, (int) (2 * FARTHEST / STEP), STEP))
            .filter(y -> Math.abs(y - value) > near)
            .toArray();
    NDArray logs = logProb.apply(outside);
    double ofTruth = sum(logs, STEP, (y, log) -> normal(y), outside);
    double ofDensity = sum(logs, STEP, (y, log) -> Math.exp(log), outside);
    double kl =
        sum(
            logs,
            STEP,
            (y, log) -> {
              double truth = normal(y) / ofTruth;
              return truth * (Math.log(truth) - log + Math.log(ofDensity));
            },
            outside);
    return new Outcome(mass, share, Math.sqrt(share * (1 - share) / rows.length), kl);
  }

  private static double[] grid(double from, int points, double step) {
    double[] grid = new double[points];
    Arrays.setAll(grid, i -> from + (i + 0.5) * step);
    return grid;
  }

  private static double sum(
      NDArray logs, double step, ToDoubleBiFunction<Double, Double> of, double[] points) {
    double[] each = logs.toDoubleArray();
    double sum = 0;
    for (int i = 0; i < points.length; i++) {
      sum += step * of.applyAsDouble(points[i], each[i]);
    }
    return sum;
  }
}
