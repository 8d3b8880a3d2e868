package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.PlainInterval;
import org.ppl4j.infer.density.PredictionInterval;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.LeakCheck;

/** Scorers answer what densities answer, also where there is no engine. */
@ExtendWith(LeakCheck.class)
class ScorerTest {

  private static final double NEAR = 1e-12;
  private static final int ROWS = 300;

  private static final Training QUICK =
      Training.standard().steps(60).batch(64).progress(Progress.silent());

  /** Rows of a bent cloud, or numbers given a context. */
  private static NDArray rows(NDManager manager, int columns) {
    Rng rng = Rng.of(3, Rng.Purpose.MODEL, 0, "rows");
    double[] values = new double[ROWS * columns];
    for (int i = 0; i < ROWS; i++) {
      double x = rng.nextNormal();
      for (int j = 0; j < columns; j++) {
        values[i * columns + j] = j == 0 ? x : x * x / 2 + 0.3 * rng.nextNormal();
      }
    }
    return manager.create(values, new Shape(ROWS, columns));
  }

  @Test
  void aDensityAnswersWithoutTheEngine(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density).training(QUICK).fit(rows(manager, 2))) {
      Scorer scorer = density.scorer();
      NDArray rows = rows(manager, 2).get("0:20");
      double[] logs = density.logProb(rows).toDoubleArray();
      for (int i = 0; i < logs.length; i++) {
        assertThat(scorer.logProb(rows.get(i).toDoubleArray())).isEqualTo(logs[i], within(NEAR));
      }
      Path file = folder.resolve("density.scorer");
      scorer.save(file);
      String bits = ScorerProcess.bits(ScorerProcess.of(scorer));
      assertThat(ScorerProcess.bits(ScorerProcess.of(Scorer.load(file)))).isEqualTo(bits);
      assertThat(ScorerProcess.withoutEngine("scorer", file)).isEqualTo(bits);
    }
  }

  @Test
  void drawsAreTheDensitys(@TempDir Path folder) {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density).training(QUICK).fit(rows(manager, 2))) {
      double[][] draws = density.scorer().sample(4, 0);
      double[] expected = density.sample(4).toDoubleArray(); // the first call
      assertThat(Arrays.stream(draws).flatMapToDouble(Arrays::stream).toArray())
          .containsExactly(expected, within(NEAR));
    }
  }

  @Test
  void aConditionalDensityAnswersWithoutTheEngine(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (NDManager manager = NDManager.newBaseManager();
        NDManager own = manager.newSubManager()) {
      NDArray table = rows(own, 2);
      NDArray x = table.get(":, 0:1");
      NDArray y = table.get(":, 1:2");
      try (ConditionalDensity density =
          ConditionalDensityEstimator.of(Flows::conditional)
              .ensemble(2)
              .training(QUICK)
              .fit(y, x)) {
        ConditionalScorer scorer = density.scorer();
        checkSame(density, scorer, manager, y, x);
        Path file = folder.resolve("conditional.scorer");
        scorer.save(file);
        String bits = ScorerProcess.bits(ScorerProcess.of(scorer));
        assertThat(ScorerProcess.bits(ScorerProcess.of(ConditionalScorer.load(file))))
            .isEqualTo(bits);
        assertThat(ScorerProcess.withoutEngine("conditional", file)).isEqualTo(bits);
      }
    }
  }

  private static void checkSame(
      ConditionalDensity density,
      ConditionalScorer scorer,
      NDManager manager,
      NDArray y,
      NDArray x) {
    double[] logs = density.logProb(y, x).toDoubleArray();
    for (int i = 0; i < 20; i++) {
      double[] row = y.get(i).toDoubleArray();
      double[] context = x.get(i).toDoubleArray();
      assertThat(scorer.logProb(row, context)).isEqualTo(logs[i], within(NEAR));
      NDArray one = manager.create(context, new Shape(1, 1));
      PredictionInterval expected = density.interval(0.9, one);
      PlainInterval interval = scorer.interval(0.9, context);
      assertThat(interval.low().toArray())
          .containsExactly(expected.low().toDoubleArray(), within(1e-9));
      assertThat(interval.high().toArray())
          .containsExactly(expected.high().toDoubleArray(), within(1e-9));
      assertThat(interval.coverage()).isEqualTo(expected.coverage());
      double[] drawn = density.sample(5, one, 7).toDoubleArray();
      assertThat(Arrays.stream(scorer.sample(5, 7, context)).mapToDouble(draw -> draw[0]).toArray())
          .containsExactly(drawn, within(1e-9));
      assertThat(scorer.distance(context))
          .isEqualTo(density.distance(one).getDouble(), within(NEAR));
    }
  }

  @Test
  void manyThreadsGetTheSameBits() throws Exception {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density).training(QUICK).fit(rows(manager, 2))) {
      Scorer scorer = density.scorer();
      double[][] rows =
          IntStream.range(0, 50)
              .mapToObj(i -> new double[] {Math.sin(i), Math.cos(2.0 * i)})
              .toArray(double[][]::new);
      Callable<String> task =
          () -> {
            double[] logs = new double[0];
            for (int k = 0; k < 40; k++) {
              logs = Arrays.stream(rows).mapToDouble(scorer::logProb).toArray();
            }
            return ScorerProcess.bits(logs);
          };
      String expected = task.call();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<String>> all =
            threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> task).toList());
        for (Future<String> each : all) {
          assertThat(each.get()).isEqualTo(expected);
        }
      } finally {
        threads.shutdown();
      }
    }
  }
}
