package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.testing.FamilyLaw;
import org.ppl4j.testing.LeakCheck;

/** {@link FamilyLaw} of all that densities and scorers of tables write. */
@ExtendWith(LeakCheck.class)
class DensityFamiliesTest {

  private static final Training FEW =
      Training.standard().steps(20).batch(64).progress(Progress.silent());

  private static final int ROWS = 400;

  private final NDManager manager = NDManager.newBaseManager();
  private final FamilyLaw law = new FamilyLaw();

  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  /** Columns of every type: texts, missing cells, heaps, steps, sums of others, heavy tails. */
  private Table table() throws IOException {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("district,price,share,x,twice,count,far\n");
    for (int i = 0; i < ROWS; i++) {
      boolean isMitte = random.nextInt(3) == 0;
      double x = random.nextInt(100_000) / 1000.0;
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%.3f,%.3f,%d,%s%n",
              isMitte ? "Mitte" : "Wedding",
              random.nextInt(8) == 0 ? "" : Math.exp((isMitte ? 1 : 0) + random.nextGaussian()),
              random.nextInt(4) == 0 ? "0" : random.nextDouble(),
              x,
              2 * x,
              random.nextInt(12),
              Math.pow(random.nextGaussian(), 5)));
    }
    return Table.read(Files.writeString(folder.resolve("flats.csv"), csv));
  }

  /** Whatever a density file has, by the estimator that learned it. */
  private void check(Density density, DensityEstimator estimator, Function<Density, NDArray> logs) {
    Path file = folder.resolve("density");
    density.save(file);
    law.check(
        file,
        path -> {
          try (Density loaded = Density.load(manager, path, estimator)) {
            return logs.apply(loaded).toDoubleArray();
          }
        });
  }

  private void check(
      ConditionalDensity density,
      ConditionalDensityEstimator estimator,
      Function<ConditionalDensity, NDArray> logs) {
    Path file = folder.resolve("conditional");
    density.save(file);
    law.check(
        file,
        path -> {
          try (ConditionalDensity loaded = ConditionalDensity.load(manager, path, estimator)) {
            return logs.apply(loaded).toDoubleArray();
          }
        });
  }

  private void check(DensityEstimator estimator, double... numbers) {
    NDArray rows = manager.create(numbers);
    try (Density density = estimator.fit(rows)) {
      check(density, estimator, loaded -> loaded.logProb(rows));
    }
  }

  /** Of version 2, so that a file without it is refused. */
  private record Wide() implements BaseDistribution {

    @Override
    public Distribution of(Ppl p, int dim) {
      return Normal.of(0, 2).expand(dim);
    }

    @Override
    public List<Family> families() {
      return List.of(new Family("Wide", 2));
    }
  }

  /** By these names files know what there is: one that is gone is in no file any more. */
  private static final String NAMES =
      "AdditiveRegressions Bijections CategoryDistribution CellDistribution CellNoise ColumnChain"
          + " ColumnEncoding ColumnRule Conditional ConformalRanks Extrapolation FlowNoise"
          + " LevelNetwork Marginal MixedDistribution MixtureDistribution Mlp NormalMixture"
          + " PolynomialRegressions RecalibratedDistribution RecordedFlow RecordedLevels"
          + " RoundedDistribution SeenColumn SpikeWidening Standardisation Support Units Wide";

  @Test
  void filesNameTheFamiliesOfWhatTheyHold() throws IOException {
    Table table = table();
    densities(table);
    conditionalDensities(table);
    scorers(table);
    assertThat(law.names()).containsExactly(NAMES.split(" "));
    System.out.printf("%d families in %d changed files%n", law.names().size(), law.judged());
  }

  private void densities(Table table) {
    DensityEstimator estimator = DensityEstimator.of(AffineFlows::normal).training(FEW);
    try (Density density = estimator.fit(table)) {
      check(density, estimator, loaded -> loaded.logProb(table));
    }
    Random random = new Random(3);
    check(estimator, random.doubles(ROWS).map(u -> u < 0.1 ? 0.5 : u).toArray());
    check(estimator, random.doubles(ROWS).map(u -> Math.pow(2 * u - 1, 15)).toArray());
    double[] counts = random.ints(ROWS, 0, 12).asDoubleStream().toArray();
    check(estimator.dequantisation(Dequantisation.variational(AffineFlows::network)), counts);
    check(estimator.withoutBaselines().base(new Wide()), counts);
  }

  private void conditionalDensities(Table table) {
    Table y = table.columns("price");
    Table x = table.without("price");
    ConditionalDensityEstimator estimator =
        ConditionalDensityEstimator.of(AffineFlows::network).training(FEW);
    ConditionalDensityEstimator calibrated = estimator.calibration(0.2);
    try (ConditionalDensity density = calibrated.fit(y, x)) {
      check(density, calibrated, loaded -> loaded.logProb(y, x));
    }
    double[] at = new Random(1).doubles(ROWS).toArray();
    NDArray contexts = manager.create(at);
    NDArray bent = manager.create(Arrays.stream(at).map(u -> Math.sin(9 * u)).toArray());
    try (ConditionalDensity density = estimator.fit(bent, contexts)) {
      check(density, estimator, loaded -> loaded.logProb(bent, contexts));
    }
    double[] pairs = new Random(2).doubles(2 * ROWS).toArray();
    NDArray two = manager.create(pairs, new Shape(ROWS, 2));
    NDArray product = two.get(":, 0").mul(two.get(":, 1"));
    try (ConditionalDensity density = estimator.fit(product, two)) {
      check(density, estimator, loaded -> loaded.logProb(product, two));
    }
  }

  private void scorers(Table table) {
    Path file = folder.resolve("scorer");
    DensityEstimator estimator = DensityEstimator.of(AffineFlows::normal).training(FEW);
    Map<String, Object> row =
        new HashMap<>(Map.of("district", "Mitte", "price", 2.5, "share", 0.25));
    row.putAll(Map.of("x", 12.5, "twice", 25, "count", 3, "far", 0.5));
    try (Density density = estimator.fit(table)) {
      density.scorer().save(file);
    }
    law.check(file, path -> new double[] {Scorer.load(path).logProb(row)});
    NDArray numbers = manager.create(new Random(2).doubles(ROWS).toArray());
    try (Density density = estimator.withoutBaselines().fit(numbers)) {
      density.scorer().save(file);
    }
    law.check(file, path -> new double[] {Scorer.load(path).logProb(0.5)});
  }
}
