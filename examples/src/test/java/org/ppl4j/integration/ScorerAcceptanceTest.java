package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Program;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.PredictiveScorer;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.PosteriorScorer;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.AcceptancePoint;

/** How long answers of scorers take, that threads get the library's, and that memory stays flat. */
@Tag("acceptance")
@Tag("alone")
@Tag("spread.2")
class ScorerAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("spread.2");

  private static final int ROWS = 500;
  private static final int COUNTIES = 85;
  private static final int THREADS = 8;
  private static final int PAIRS = 15;

  /** So much of a thread's time each side of a pair takes, in nanoseconds. */
  private static final long SIDE = 100_000_000;

  private static final Training QUICK = Training.standard().steps(300).progress(Progress.silent());

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  /** A number and what is made of it. */
  private static NDArray rows(NDManager manager) {
    Rng rng = Rng.of(11, Rng.Purpose.MODEL, 0, "rows");
    double[] values = new double[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      values[2 * i] = rng.nextNormal();
      values[2 * i + 1] = Math.sin(2 * values[2 * i]) + 0.3 * rng.nextNormal();
    }
    return manager.create(values, new Shape(ROWS, 2));
  }

  private static double[][] arrays(NDArray rows) {
    double[] values = rows.toDoubleArray();
    int columns = (int) rows.getShape().get(1);
    double[][] arrays = new double[values.length / columns][];
    Arrays.setAll(arrays, i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns));
    return arrays;
  }

  @MustBeClosed
  private static ConditionalDensity conditional(NDArray rows, int members) {
    return ConditionalDensityEstimator.of(Flows::conditional)
        .withoutBaselines()
        .ensemble(members)
        .training(QUICK)
        .fit(rows.get(":, 1:2"), rows.get(":, 0:1"));
  }

  // --- time

  @Test
  void answersTakeMicroseconds() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray all = rows(manager);
      double[][] rows = arrays(all);
      double[][] y = arrays(all.get(":, 1:2"));
      double[][] x = arrays(all.get(":, 0:1"));
      try (Density density =
          DensityEstimator.of(Flows::density).withoutBaselines().training(QUICK).fit(all)) {
        Path file = folder.resolve("density");
        Scorer scorer = density.scorer();
        scorer.save(file);
        PlainMap record = record(file, 2);
        IntToDoubleFunction answer = i -> scorer.logProb(rows[i]);
        shown("log-density of a row of two columns", answer);
        POINT.atMost("that by its record's", pairs(answer, i -> record.of(rows[i])[0]), 1.5);
      }
      IntToDoubleFunction one;
      try (ConditionalDensity density = conditional(all, 1)) {
        Path file = folder.resolve("conditional");
        ConditionalScorer scorer = density.scorer();
        scorer.save(file);
        PlainMap record = record(file, 1, 1);
        one = i -> scorer.logProb(y[i], x[i]);
        IntToDoubleFunction interval = i -> scorer.interval(0.9, x[i]).low().get(0);
        shown("log-density of a row given another", one);
        shown("interval", interval);
        POINT.atMost(
            "that log-density by its record's", pairs(one, i -> record.of(y[i], x[i])[0]), 1.5);
        POINT.atMost("interval by the log-density", pairs(interval, one), 10);
      }
      try (ConditionalDensity density = conditional(all, 5)) {
        ConditionalScorer scorer = density.scorer();
        IntToDoubleFunction interval = i -> scorer.interval(0.9, x[i]).low().get(0);
        shown("interval of five members", interval);
        POINT.atMost("that by the log-density of one", pairs(interval, one), 100);
      }
    }
  }

  /** What the scorer in a file asks for the density of a row. */
  private static PlainMap record(Path path, int... sizes) {
    TensorFile file = TensorFile.read(path);
    List<String> names =
        file.entries().keySet().stream()
            .filter(name -> name.endsWith(sizes.length > 1 ? "recorded.located" : ".logProb"))
            .toList();
    assertThat(names).hasSize(1);
    return file.map(names.get(0), sizes);
  }

  private static void shown(String what, IntToDoubleFunction answer) {
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < PAIRS; k++) {
      least = Math.min(least, nanoseconds(answer));
    }
    POINT.shown("microseconds, " + what, least / 1000);
  }

  private static double[] pairs(IntToDoubleFunction some, IntToDoubleFunction others) {
    double[] ratios = new double[PAIRS];
    double unused = nanoseconds(some) + nanoseconds(others);
    Arrays.setAll(ratios, k -> nanoseconds(some) / nanoseconds(others));
    return ratios;
  }

  /** Of the thread, for one answer. */
  private static double nanoseconds(IntToDoubleFunction answer) {
    long start = CLOCK.getCurrentThreadCpuTime();
    long now = start;
    int count = 0;
    double sum = 0;
    while (now - start < SIDE) {
      for (int i = 0; i < ROWS; i++) {
        sum += answer.applyAsDouble(i);
      }
      count += ROWS;
      now = CLOCK.getCurrentThreadCpuTime();
    }
    assertThat(sum).isNotNaN();
    return (double) (now - start) / count;
  }

  // --- answers, from threads

  @Test
  void threadsGetTheLibrarysAnswers() throws Exception {
    Simulator two =
        (theta, rng) -> new double[] {theta[0] + rng.nextNormal(), 5 + theta[0] + rng.nextNormal()};
    Npe npe = Npe.of(Uniform.of(-3, 3), two, Flows::posterior).training(QUICK);
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.fit(npe.simulate(500))) {
      NDArray all = rows(manager);
      double[][] rows = arrays(all);
      double[][] y = arrays(all.get(":, 1:2"));
      double[][] x = arrays(all.get(":, 0:1"));
      try (Density density = DensityEstimator.of(Flows::density).training(QUICK).fit(all)) {
        Scorer scorer = density.scorer();
        compare("density", density.logProb(all).toDoubleArray(), i -> scorer.logProb(rows[i]));
      }
      try (ConditionalDensity density =
          ConditionalDensityEstimator.of(Flows::conditional)
              .ensemble(3)
              .training(QUICK)
              .fit(all.get(":, 1:2"), all.get(":, 0:1"))) {
        ConditionalScorer scorer = density.scorer();
        compare(
            "conditional density",
            density.logProb(all.get(":, 1:2"), all.get(":, 0:1")).toDoubleArray(),
            i -> scorer.logProb(y[i], x[i]));
      }
      PosteriorScorer scorer = posterior.scorer();
      double[] observation = {0.3, 5.2};
      NDArray thetas = all.get(":, 0:1");
      compare(
          "neural posterior",
          posterior.logProb(thetas, manager.create(observation)).toDoubleArray(),
          i -> scorer.logProb(x[i], observation));
    }
  }

  /** A house in each county, whose radon was measured, by chains of the others. */
  @Test
  void radonByChainsIsTheLibrarys() throws Exception {
    Program<Radon.Houses> model = Radon.model(Radon.HOUSES);
    try (NDManager manager = NDManager.newBaseManager();
        McmcRun<Radon.Houses> run =
            Nuts.of(model).progress(Progress.silent()).run(Radon.houses(manager));
        Samples some = run.samples().some(1000, 0)) {
      Program<Radon.Houses> one = Radon.model(1);
      Predictive<Radon.Houses> predictive = Predictive.of(one, run);
      PredictiveScorer scorer = predictive.scorer(house(manager, 0, 0, 0), some);
      double[] logs = new double[ROWS];
      double[] ends = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        Radon.Houses house = house(manager, i % COUNTIES, i % 2, Math.sin(i));
        LogLikelihoods all = ModelDensity.of(one, run).logLikelihoods(house, some);
        double[] each = all.of("log_radon[1]");
        logs[i] = Math.log(Arrays.stream(each).map(Math::exp).average().orElseThrow());
        try (Samples drawn = predictive.draw(house, some)) {
          ends[i] = drawn.summary().rows().get("log_radon[1]").q95();
        }
      }
      IntToDoubleFunction logProb = i -> scorer.logProb(house(i));
      IntToDoubleFunction end =
          i -> scorer.interval(0.9, house(i)).get("log_radon[1]").upperEndpoint();
      compare("house's density by chains", logs, logProb);
      compare("house's 95% quantile by chains", ends, end);
      shown("log-density of a house by 1,000 draws of chains", logProb);
      shown("interval of a house by 1,000 draws of chains", end);
      Path file = folder.resolve("radon");
      scorer.save(file);
      String bits = ScorerProcess.bits(ScorerProcess.of(scorer));
      assertThat(ScorerProcess.withoutEngine("predictive", file)).isEqualTo(bits);
    }
  }

  private static Map<String, double[]> house(int i) {
    return Map.of(
        "county",
        new double[] {i % COUNTIES},
        "floor",
        new double[] {i % 2},
        "logRadon",
        new double[] {Math.sin(i)});
  }

  private static Radon.Houses house(NDManager manager, long county, double floor, double radon) {
    return new Radon.Houses(
        manager.create(new long[] {county}),
        manager.create(new double[] {floor}),
        manager.create(new double[] {radon}),
        manager.create(new double[1]),
        COUNTIES);
  }

  /** Of all rows, by all threads at once. */
  private static void compare(String what, double[] expected, IntToDoubleFunction answer)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    double most = 0;
    try {
      List<Future<double[]>> all = new ArrayList<>();
      for (int k = 0; k < THREADS; k++) {
        all.add(
            threads.submit(
                () -> {
                  double[] own = new double[ROWS];
                  Arrays.setAll(own, answer);
                  return own;
                }));
      }
      for (Future<double[]> each : all) {
        double[] own = each.get();
        for (int i = 0; i < ROWS; i++) {
          boolean isSame = Double.compare(own[i], expected[i]) == 0;
          most = Math.max(most, isSame ? 0 : Math.abs(own[i] - expected[i]));
        }
      }
    } finally {
      threads.shutdown();
    }
    POINT.atMost("most that an answer of a " + what + " is off", most, 1e-12);
  }

  // --- memory

  @Test
  void aMillionAnswersLeaveMemoryAsItWas() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray all = rows(manager);
      double[][] y = arrays(all.get(":, 1:2"));
      double[][] x = arrays(all.get(":, 0:1"));
      try (ConditionalDensity density = conditional(all, 1)) {
        ConditionalScorer scorer = density.scorer();
        double sum = 0;
        for (int i = 0; i < 10_000; i++) {
          sum += scorer.logProb(y[i % ROWS], x[i % ROWS]);
        }
        long before = used();
        for (int i = 0; i < 1_000_000; i++) {
          sum += scorer.logProb(y[i % ROWS], x[i % ROWS]);
        }
        POINT.atMost("kilobytes more after a million answers", (used() - before) / 1024.0, 100);
        assertThat(sum / 1_010_000).isCloseTo(-0.5, within(2.0));
      }
    }
  }

  /** Bytes of the heap that are reached. */
  private static long used() {
    long least = Long.MAX_VALUE;
    for (int k = 0; k < 3; k++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
