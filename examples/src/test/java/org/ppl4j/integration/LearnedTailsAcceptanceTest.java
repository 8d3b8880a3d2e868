package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Program;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.integration.LearnedTails.Ends;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Tails of Student laws by flow guides and densities, and that normal guides do not reach them. */
@Tag("acceptance")
@Tag("judge.7")
class LearnedTailsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("judge.7");

  private static final int ROWS = 100_000;
  private static final int DRAWS = 1_000_000;
  private static final int WEIGHTED = 300_000;
  private static final int STEPS = 20_000;
  private static final double[] NONE = {};

  private static void judge(String where, Ends ends) {
    POINT.between("0.1% quantile by the truth, " + where, ends.low(), 0.85, 1.15);
    POINT.between("99.9% quantile by the truth, " + where, ends.high(), 0.85, 1.15);
  }

  private static Ends posterior(Svi<double[]> svi, double degrees) {
    try (Samples draws = svi.posterior(NONE, DRAWS)) {
      return Ends.of(draws.values("x"), degrees, 0, 1);
    }
  }

  private static double student(Random random, int degrees, double z) {
    double square = IntStream.range(0, degrees).mapToDouble(i -> square(random)).sum();
    return z / Math.sqrt(square / degrees);
  }

  private static double square(Random random) {
    double z = random.nextGaussian();
    return z * z;
  }

  /** One column, and another with the same law that depends on it. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void densities(int degrees) {
    for (int columns = 1; columns <= 2; columns++) {
      Random random = new Random(degrees);
      double[] rows = new double[ROWS * columns];
      for (int i = 0; i < rows.length; i += columns) {
        double z = random.nextGaussian();
        rows[i] = student(random, degrees, z);
        if (columns == 2) {
          rows[i + 1] = student(random, degrees, 0.6 * z + 0.8 * random.nextGaussian());
        }
      }
      Training training =
          Training.standard()
              .progress(Progress.silent())
              .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32));
      try (NDManager manager = NDManager.newBaseManager();
          Density density =
              DensityEstimator.of(Flows::density)
                  .withoutBaselines()
                  .training(training)
                  .fit(manager.create(rows, new Shape(ROWS, columns)))) {
        double[] draws = Tensors.values(density.sample(DRAWS));
        for (int j = 0; j < columns; j++) {
          double[] column = new double[DRAWS];
          for (int i = 0; i < DRAWS; i++) {
            column[i] = draws[i * columns + j];
          }
          judge(
              "density, " + degrees + " degrees, column " + (j + 1) + " of " + columns,
              Ends.of(column, degrees, 0, 1));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void guides(int degrees) {
    Program<double[]> model = LearnedTails.student(degrees);
    try (Svi<double[]> svi = LearnedTails.flow(model, dim -> Flows.iaf(dim, 2))) {
      FitReport report = svi.run(NONE, STEPS);
      judge("flow guide, " + degrees + " degrees", posterior(svi, degrees));
      POINT.atMost("warnings of its tails", tailWarnings(report), 0);
    }
    try (Svi<double[]> svi = LearnedTails.withoutTails(model, dim -> Flows.iaf(dim, 2))) {
      FitReport unused = svi.run(NONE, STEPS / 4);
      POINT.above(
          "error of a quantile if tails do not learn, " + degrees + " degrees",
          posterior(svi, degrees).error(),
          0.15);
    }
    POINT.atLeast(
        "warnings of tails of mean field, " + degrees + " degrees",
        normalWarnings(Svi.builder(model, AutoNormal.of(model))),
        1);
    POINT.atLeast(
        "warnings of tails of full rank, " + degrees + " degrees",
        normalWarnings(Svi.builder(model, AutoMultivariateNormal.of(model))),
        1);
  }

  private static long normalWarnings(Svi.Builder<double[]> builder) {
    try (Svi<double[]> svi = builder.progress(Progress.silent()).build()) {
      return tailWarnings(svi.run(NONE, STEPS));
    }
  }

  private static long tailWarnings(FitReport report) {
    return report.judgement().doubts().stream().filter(text -> text.contains("tails that")).count();
  }

  /** Beside a normal number, by the guide's weighted draws. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void pairs(int degrees) {
    weighted(
        "one of two, " + degrees + " degrees", LearnedTails.pair(degrees), NONE, degrees, 0, 1);
  }

  /** Tails that come of another number's spread, by the guide's weighted draws. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void meansOfUnknownScale(int degrees) {
    Random random = new Random(5);
    int count = degrees + 1;
    double[] numbers = random.doubles(count).map(u -> random.nextGaussian()).toArray();
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double squares = Arrays.stream(numbers).map(y -> (y - mean) * (y - mean)).sum();
    double scale = Math.sqrt(squares / degrees / count);
    String name = "mean of unknown scale, " + degrees + " degrees";
    weighted(name, LearnedTails.MEAN, numbers, degrees, mean, scale);
  }

  private static void weighted(
      String where,
      Program<double[]> model,
      double[] data,
      double degrees,
      double loc,
      double scale) {
    try (Svi<double[]> svi = LearnedTails.flow(model, dim -> Flows.iaf(dim, 2))) {
      FitReport unused = svi.run(data, STEPS);
      try (Samples draws = svi.posterior(data, DRAWS)) {
        Ends ends = Ends.of(draws.values("x"), degrees, loc, scale);
        POINT.shown("0.1% quantile by the truth, " + where + ", as drawn", ends.low());
        POINT.shown("99.9% quantile by the truth, " + where + ", as drawn", ends.high());
      }
      try (ImportanceSamples weighted = svi.importance(data, WEIGHTED);
          Samples draws = weighted.samples().resample(WEIGHTED, 1)) {
        judge(where + ", weighted", Ends.of(draws.values("x"), degrees, loc, scale));
      }
    }
  }

  /** A posterior that is normal has no warning of tails. */
  @Test
  void normalPosteriors() {
    Program<double[]> model = LearnedTails.student(1e6);
    POINT.atMost(
        "warnings of tails of mean field, normal",
        normalWarnings(Svi.builder(model, AutoNormal.of(model))),
        0);
    try (Svi<double[]> svi = LearnedTails.flow(model, dim -> Flows.iaf(dim, 2))) {
      FitReport report = svi.run(NONE, STEPS);
      judge("flow guide, normal", posterior(svi, 1e6));
      POINT.atMost("warnings of tails of a flow guide, normal", tailWarnings(report), 0);
    }
  }
}
