package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.PlainInterval;
import org.ppl4j.infer.density.PredictionInterval;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.PosteriorScorer;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
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
            DensityEstimator.of(Flows::density)
                .withoutBaselines()
                .training(QUICK)
                .fit(rows(manager, 2))) {
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
  void drawsAreTheDensitys() {
    drawsAreTheDensitys(FloatType.FLOAT64, NEAR);
  }

  /** Beside it rounding to its digits. */
  @Test
  void singlePrecisionIsTheDensitys() {
    drawsAreTheDensitys(FloatType.FLOAT32, 1e-4);
  }

  private static void drawsAreTheDensitys(FloatType type, double near) {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density)
                .withoutBaselines()
                .training(QUICK.config(RunConfig.defaults().withFloatType(type)))
                .fit(rows(manager, 2))) {
      Scorer scorer = density.scorer();
      double[][] draws = scorer.sample(4, 0);
      double[] expected = density.sample(4).toType(DataType.FLOAT64, false).toDoubleArray();
      assertThat(Arrays.stream(draws).flatMapToDouble(Arrays::stream).toArray())
          .containsExactly(expected, within(near)); // of the first call
      NDArray rows = rows(manager, 2).get("0:20");
      double[] logs = density.logProb(rows).toType(DataType.FLOAT64, false).toDoubleArray();
      for (int i = 0; i < logs.length; i++) {
        assertThat(scorer.logProb(rows.get(i).toDoubleArray())).isEqualTo(logs[i], within(near));
      }
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
              .withoutBaselines()
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
            DensityEstimator.of(Flows::density)
                .withoutBaselines()
                .training(QUICK)
                .fit(rows(manager, 2))) {
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

  // --- by names

  /** Flats of two districts, whose area is not always known. */
  private static Table flats(Path folder) throws IOException {
    Rng rng = Rng.of(4, Rng.Purpose.MODEL, 0, "flats");
    List<String> lines = new ArrayList<>(List.of("area,rooms,district,price"));
    for (int i = 0; i < ROWS; i++) {
      double area = 60 + 25 * Math.abs(rng.nextNormal());
      long rooms = 1 + rng.nextLong(5);
      String district = rng.nextUniform() < 0.5 ? "Leeds" : "York";
      double price = 2.5 * area + 10 * rooms + ("York".equals(district) ? 40 : 0);
      String known = rng.nextUniform() < 0.1 ? "" : String.valueOf(area);
      lines.add(
          String.join(
              ",",
              known,
              String.valueOf(rooms),
              district,
              String.valueOf(price * Math.exp(0.1 * rng.nextNormal()))));
    }
    return Table.read(Files.write(folder.resolve("flats.csv"), lines));
  }

  @Test
  void rowsByNamesAreTheDensitys(@TempDir Path folder) throws IOException, InterruptedException {
    Table flats = flats(folder);
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .ensemble(2)
            .training(QUICK)
            .fit(flats.columns("price"), flats.columns("area", "rooms", "district"))) {
      ConditionalScorer scorer = density.scorer();
      Map<String, Object> price = Map.of("price", 240.0);
      for (String district : List.of("Leeds", "York")) {
        Map<String, Object> flat =
            Map.of(
                "area",
                "York".equals(district) ? 80.0 : Double.NaN,
                "rooms",
                3,
                "district",
                district);
        Table row = Table.row(flat);
        assertThat(scorer.logProb(price, flat))
            .isEqualTo(density.logProb(Table.row(price), row).getDouble(), within(NEAR));
        assertThat(scorer.quantile(0.3, flat))
            .isEqualTo(density.quantile(0.3, row).getDouble(), within(1e-7));
        PredictionInterval expected = density.interval(0.9, flat);
        assertThat(scorer.interval(0.9, flat)).hasToString(expected.toString());
        double[] drawn = density.sample(4, row, 3).toDoubleArray();
        assertThat(Arrays.stream(scorer.sample(4, 3, flat)).mapToDouble(draw -> draw[0]).toArray())
            .containsExactly(drawn, within(1e-7));
      }
      assertThat(scorer.names()).containsExactly("price");
      assertThat(scorer.contextNames()).containsExactly("area", "rooms", "district");
      assertThat(scorer.notes()).isEqualTo(density.notes());
      Path file = folder.resolve("flats.scorer");
      scorer.save(file);
      String bits = ScorerProcess.bits(ScorerProcess.ofFlats(scorer));
      assertThat(ScorerProcess.withoutEngine("flats", file)).isEqualTo(bits);
      ConditionalScorer read = ConditionalScorer.load(file);
      assertThat(read.contextNames()).isEqualTo(scorer.contextNames());
      assertThat(read.notes()).isEqualTo(scorer.notes());
      assertThatThrownBy(() -> read.interval(0.9, Map.of("are", 80.0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("row has column 'are'")
          .hasMessageContaining("area");
      assertThatThrownBy(
              () -> read.interval(0.9, Map.of("area", 80.0, "rooms", 3, "district", "Hull")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Hull");
    }
  }

  /** Categories, counts, atoms, missing cells, a date and a column that follows from others. */
  @Test
  void rowsOfAllKindsOfColumnsAreTheDensitys(@TempDir Path folder) throws IOException {
    Table table = MixedTable.of(300, 5).written(folder, 1);
    List<String> lines = Files.readAllLines(folder.resolve("flats-1.csv"));
    try (Density density = DensityEstimator.of(Flows::density).training(QUICK).fit(table)) {
      Path file = folder.resolve("mixed.scorer");
      density.scorer().save(file);
      Scorer scorer = Scorer.load(file);
      double[] logs = density.logProb(table).toDoubleArray();
      List<String> names = List.of(lines.get(0).split(","));
      for (int i = 0; i < 40; i++) {
        String[] cells = lines.get(1 + i).split(",", -1);
        Map<String, String> row = new HashMap<>();
        for (int j = 0; j < cells.length; j++) {
          row.put(names.get(j), cells[j]);
        }
        assertThat(scorer.logProb(row)).as("row %s", row).isEqualTo(logs[i], within(1e-10));
      }
      assertThat(scorer.sample(3, 1)).isEqualTo(density.scorer().sample(3, 1));
      for (double[] draw : scorer.sample(40, 2)) {
        assertThat(scorer.logProb(scorer.cells(draw))) // whose dates are to a microsecond
            .isEqualTo(scorer.logProb(draw), within(1e-10));
      }
      double[] missing = new double[scorer.dim()];
      Arrays.fill(missing, Double.NaN);
      assertThat(scorer.cells(missing)).containsOnlyKeys(names).containsValues((Object) null);
      assertThat(scorer.interval(0.8).low().length()).isEqualTo(table.columns());
    }
  }

  // --- posteriors

  @Test
  void aPosteriorAnswersWithoutTheEngine(@TempDir Path folder)
      throws IOException, InterruptedException {
    Simulator two =
        (theta, rng) -> new double[] {theta[0] + rng.nextNormal(), 5 + theta[0] + rng.nextNormal()};
    Npe npe =
        Npe.of(Uniform.of(-3, 3), two, Flows::posterior)
            .withoutBaselines()
            .ensemble(2)
            .training(QUICK);
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.fit(npe.simulate(300))) {
      PosteriorScorer scorer = posterior.scorer();
      double[] observation = {0.3, 5.2};
      double[] thetas = {-2.9, -1, 0, 0.5, 2.9, 3.5};
      double[] logs =
          posterior
              .logProb(
                  manager.create(thetas, new Shape(thetas.length, 1)), manager.create(observation))
              .toDoubleArray();
      for (int i = 0; i < thetas.length; i++) {
        assertThat(scorer.logProb(new double[] {thetas[i]}, observation))
            .isEqualTo(logs[i], within(NEAR));
      }
      try (Samples draws = posterior.posterior(manager.create(observation), 6)) {
        assertThat(
                Arrays.stream(scorer.sample(6, 0, observation))
                    .mapToDouble(draw -> draw[0])
                    .toArray())
            .containsExactly(draws.values(scorer.names().get(0)), within(NEAR));
      }
      Path file = folder.resolve("posterior.scorer");
      scorer.save(file);
      String bits = ScorerProcess.bits(ScorerProcess.of(scorer));
      assertThat(ScorerProcess.bits(ScorerProcess.of(PosteriorScorer.load(file)))).isEqualTo(bits);
      assertThat(ScorerProcess.withoutEngine("posterior", file)).isEqualTo(bits);
      assertThatThrownBy(() -> scorer.logProb(new double[] {0}, new double[] {0.3}))
          .hasMessage("observation has 1 numbers, but the simulator returns 2; pass as many");
      assertThatThrownBy(() -> scorer.logProb(new double[2], observation))
          .hasMessage("parameters are 2 numbers, but this posterior is of 1; pass as many");
      assertThatThrownBy(() -> scorer.logProb(new double[1], observation, observation))
          .hasMessageContaining("observation has 2 members, but one is learned of");
    }
  }

  // --- what is refused

  @Test
  void filesOfOtherKindsAndDamagedOnesAreRefused(@TempDir Path folder) throws IOException {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density)
                .withoutBaselines()
                .training(QUICK)
                .fit(rows(manager, 2))) {
      Path file = folder.resolve("scorer.bin");
      Path other = folder.resolve("density.bin");
      Scorer scorer = density.scorer();
      scorer.save(file);
      density.save(other);
      refused(
          () -> Scorer.load(other),
          "has parameters of a flow or a network, which a scorer has not; load it as the density");
      refused(
          () -> ConditionalScorer.load(file),
          "has a scorer without contexts; load it as the other");
      refused(
          () -> PosteriorScorer.load(file), "has no posterior's scorer; pass a file that one's");
      refused(() -> scorer.logProb(1, 2, 3), "row has 3 numbers, but this scorer was made for 2");
      refused(() -> scorer.sample(0, 1), "scorer is asked for 0 draws, but needs at least 1");
      refused(() -> scorer.interval(1), "density has no interval of probability 1.0");
      byte[] bytes = Files.readAllBytes(file);
      for (int part = 1; part < 20; part++) {
        Path cut =
            Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length * part / 20));
        refused(() -> Scorer.load(cut), "it was cut or changed");
        byte[] changed = bytes.clone();
        changed[bytes.length * part / 20] ^= 1;
        Path wrong = Files.write(folder.resolve("changed"), changed);
        refused(() -> Scorer.load(wrong), "");
      }
    }
  }

  private static void refused(ThrowableAssert.ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }
}
