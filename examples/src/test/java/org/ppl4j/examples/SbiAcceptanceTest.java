package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.sbi.Calibration;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.tensor.FloatType;

/** The benchmark of simulation-based inference, against what was published of it. */
@Tag("acceptance")
class SbiAcceptanceTest {

  private static final int SEEDS = 3;

  private static ExampleOptions options(long seed) {
    return Quiet.run(seed, FloatType.FLOAT32);
  }

  private static void line(String tag, String what, double figure, double bound) {
    boolean pass = figure <= bound;
    System.out.printf(
        Locale.ROOT, "%s %s %.4f %.4f %s%n", tag, what, figure, bound, pass ? "pass" : "FAIL");
    assertThat(figure).as(what).isLessThanOrEqualTo(bound);
  }

  static Stream<Arguments> budgets() {
    return SbiTasks.ALL.stream()
        .flatMap(task -> Stream.of(1000, 10_000).map(count -> Arguments.of(task, count)));
  }

  @ParameterizedTest
  @MethodSource("budgets")
  @Tag("density.2")
  void oursIsNoWorseThanPublished(SbiTask task, int simulations) {
    SbiBenchmark benchmark =
        new SbiBenchmark(
            List.of(task), ImmutableList.of(SbiFit.Setting.DEFAULT), simulations, SEEDS);
    ExampleResult result = benchmark.run(options(0));
    System.out.println(result.table());
    line(
        "density.2",
        "c2st." + task + "." + simulations,
        figure(result, "c2st", task, simulations, SbiFit.Setting.DEFAULT),
        task.published("NPE", simulations).orElseThrow() + 0.01);
    if (simulations == 10_000) {
      line(
          "density.2",
          "offset of means, observation 2, " + task,
          figure(result, "off", task, simulations, SbiFit.Setting.DEFAULT),
          0.15);
    }
  }

  private static double figure(
      ExampleResult result, String name, SbiTask task, int simulations, SbiFit.Setting setting) {
    return result
        .figures()
        .getOrDefault(SbiBenchmark.key(name, task, simulations, setting), Double.NaN);
  }

  @Test
  @Tag("density.2")
  void publishedSettingRunsBesideOurs() {
    SbiBenchmark benchmark =
        new SbiBenchmark(SbiTasks.ALL, ImmutableList.of(SbiFit.Setting.PUBLISHED), 1000, 1);
    System.out.println(benchmark.run(options(0)).table());
  }

  @Test
  @Tag("density.2")
  void roundsReachThePublishedOnes() {
    SbiTask task = SbiTasks.twoMoons();
    int rounds = 10;
    int simulations = 1000;
    Npe npe = SbiFit.npe(task, SbiFit.Setting.DEFAULT, options(0));
    long start = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray observation = manager.create(task.observation(1));
      try (NeuralPosterior posterior = npe.sequential(observation, rounds, simulations / rounds)) {
        double[] draws = SbiFit.draws(posterior, task.observation(1), SbiFit.DRAWS);
        System.out.printf(
            Locale.ROOT,
            "density.2 seconds of %d rounds: %.0f%n",
            rounds,
            (System.nanoTime() - start) * 1e-9);
        double outside = Arrays.stream(draws).filter(x -> Math.abs(x) > 1).count();
        line("density.2", "draws outside the prior", outside, 0);
        line(
            "density.2",
            "c2st.two_moons of 10 rounds, " + simulations + " simulations",
            C2st.score(task.reference(), draws, task.dim(), 1),
            task.published("SNPE", simulations).orElseThrow() + 0.02);
      }
    }
  }

  static Stream<SbiTask> calibrated() {
    return Stream.of(SbiTasks.twoMoons(), SbiTasks.gaussianLinear());
  }

  @ParameterizedTest
  @MethodSource("calibrated")
  @Tag("density.3")
  void coverageIsExpected(SbiTask task) {
    Npe npe = SbiFit.npe(task, SbiFit.Setting.DEFAULT, options(0));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(10_000))) {
      Calibration calibration = npe.calibrate(posterior, 400, 99);
      System.out.println(calibration);
      for (double level : new double[] {0.5, 0.8, 0.95}) {
        Range<Double> band = calibration.band(level, 0.99);
        double coverage = calibration.coverage(level);
        System.out.printf(
            Locale.ROOT,
            "density.3 coverage of %s at %.2f: %.4f, %.4f to %.4f %s%n",
            task,
            level,
            coverage,
            band.lowerEndpoint(),
            band.upperEndpoint(),
            band.contains(coverage) ? "pass" : "FAIL");
        assertThat(band.contains(coverage)).isTrue();
      }
    }
  }
}
