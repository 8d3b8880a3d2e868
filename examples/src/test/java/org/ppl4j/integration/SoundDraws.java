package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.integration.ConditionalLaw.Figures;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.TransformModule;

/** Learns laws by flows, as these come, and looks at 100,000 draws of what came out. */
final class SoundDraws {

  static final int DRAWS = 100_000;

  private static final int HELD_OUT = 20_000;
  private static final double CORRELATION = 0.999;
  private static final double NARROW = Math.sqrt((1 - CORRELATION) / 2);
  private static final double WIDE = Math.sqrt((1 + CORRELATION) / 2);

  private SoundDraws() {}

  /**
   * What came of a law.
   *
   * @param draws what those of the flow show
   * @param truth what as many of the law show
   * @param score the mean log-density of rows that were not learned from
   */
  record Outcome(Figures draws, Figures truth, double score) {}

  /** With nothing set. */
  static Training training(FloatType type) {
    return Training.standard()
        .config(RunConfig.defaults().withFloatType(type))
        .progress(Progress.silent());
  }

  /** Of a law given a context, by a conditional flow. */
  static Outcome of(
      ConditionalLaw law, ConditionalDensityEstimator.Flows flow, int rows, FloatType type) {
    return of(law, flow, rows, training(type), DRAWS);
  }

  /** The same in so many steps. */
  static Outcome of(
      ConditionalLaw law, ConditionalDensityEstimator.Flows flow, int rows, int steps) {
    return of(law, flow, rows, training(FloatType.FLOAT32).steps(steps), DRAWS);
  }

  /** By a training of its own, and so many draws. */
  static Outcome of(
      ConditionalLaw law,
      ConditionalDensityEstimator.Flows flow,
      int rows,
      Training training,
      int count) {
    double[] x = law.contexts(rows, 1);
    double[] y = law.draws(x, 2);
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(flow)
                .withoutBaselines()
                .training(training)
                .fit(manager.create(y), manager.create(x))) {
      double[] contexts = law.contexts(count, 3);
      NDArray given = manager.create(contexts);
      double[] drawn = Tensors.values(density.sample(1, given));
      double[] truth = law.draws(contexts, 4);
      NDArray held = manager.create(Arrays.copyOf(truth, held(count)));
      NDArray heldContexts = manager.create(Arrays.copyOf(contexts, held(count)));
      double score =
          Arrays.stream(Tensors.values(density.logProb(held, heldContexts)))
              .average()
              .orElseThrow();
      return new Outcome(law.of(drawn, contexts), law.of(truth, contexts), score);
    }
  }

  /**
   * How far 1,000 draws lie from their means on either side, in standard deviations of the law,
   * that are of such noise: the median.
   */
  static double reach(
      ConditionalLaw law, ConditionalDensityEstimator.Flows flow, int rows, double noise) {
    double[] x = law.contexts(rows, 1);
    double[] y = law.draws(x, 2);
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(flow)
                .withoutBaselines()
                .training(training(FloatType.FLOAT32))
                .fit(manager.create(y), manager.create(x))) {
      double[] contexts = law.contexts(1000, 3);
      double[] all = new double[contexts.length];
      Arrays.setAll(all, i -> i % 2 == 0 ? noise : -noise);
      double[] made =
          Tensors.values(density.fromNoise(manager.create(all), manager.create(contexts)));
      return StatUtils.percentile(
          IntStream.range(0, made.length)
              .mapToDouble(
                  i -> law.of(new double[] {made[i]}, new double[] {contexts[i]}).farthest())
              .toArray(),
          50);
    }
  }

  /** Of two numbers of correlation 0.999, seen along their narrow direction, by a flow. */
  static Outcome ofCorrelated(IntFunction<TransformModule> flow, int rows, FloatType type) {
    return ofCorrelated(flow, rows, training(type), DRAWS);
  }

  /** By a training of its own, and so many draws. */
  static Outcome ofCorrelated(
      IntFunction<TransformModule> flow, int rows, Training training, int count) {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(flow)
                .withoutBaselines()
                .training(training)
                .fit(manager.create(correlated(rows, 1), new Shape(rows, 2)))) {
      double[] drawn = Tensors.values(density.sample(count));
      double[] truth = correlated(count, 2);
      NDArray held =
          manager.create(Arrays.copyOf(truth, 2 * held(count)), new Shape(held(count), 2));
      double score = Arrays.stream(Tensors.values(density.logProb(held))).average().orElseThrow();
      return new Outcome(narrow(drawn), narrow(truth), score);
    }
  }

  private static int held(int draws) {
    return Math.min(draws, HELD_OUT);
  }

  private static double[] correlated(int rows, long seed) {
    Random random = new Random(seed);
    double[] values = new double[2 * rows];
    for (int i = 0; i < values.length; i += 2) {
      double wide = WIDE * random.nextGaussian();
      double narrow = NARROW * random.nextGaussian();
      values[i] = wide + narrow;
      values[i + 1] = wide - narrow;
    }
    return values;
  }

  /** Half the difference of both numbers is normal, whatever half their sum is. */
  private static Figures narrow(double[] rows) {
    double[] halves = new double[rows.length / 2];
    Arrays.setAll(halves, i -> (rows[2 * i] - rows[2 * i + 1]) / 2 / NARROW);
    return ConditionalLaw.STANDARD_NORMAL.of(halves, new double[halves.length]);
  }
}
