package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.PredictionInterval;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;

/** Densities of tables of all types, in a JVM of their own. */
final class TablesProcess {

  static final int DRAWS = 200;

  private static final Training QUICK = Training.standard().steps(40).progress(Progress.silent());

  private TablesProcess() {}

  /**
   * A table: a category that the rest depends on, zeros of a spike, counts, shares, dates, and one
   * column twice; some cells are missing.
   */
  static String csv(int rows) {
    Random random = new Random(6);
    String[] towns = {"Bath", "Leeds", "York"};
    StringBuilder text = new StringBuilder("claim,town,area,rooms,share,sold,lift,area2\n");
    for (int i = 0; i < rows; i++) {
      int town = random.nextInt(towns.length);
      double area = 60 + 15 * town + 12 * random.nextGaussian();
      boolean isMissing = random.nextInt(8) == 0;
      String cell = isMissing ? "" : String.format(Locale.ROOT, "%.4f", area);
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%d,%.5f,2024-%02d-%02d,%s,%s%n",
              random.nextInt(4) == 0 ? "0" : String.format(Locale.ROOT, "%.3f", area * (1 + town)),
              random.nextInt(20) == 0 ? "NA" : towns[town],
              cell,
              1 + (int) (area / 20 + random.nextInt(4)),
              1 / (1 + Math.exp(random.nextGaussian())),
              1 + random.nextInt(12),
              1 + random.nextInt(28),
              random.nextBoolean(),
              cell));
    }
    return text.toString();
  }

  /**
   * {@code train CSV FILES} learns a density of all columns, and an ensemble of the first given the
   * others, and saves them; {@code load CSV FILES} loads them. Both print the bits of draws, means,
   * intervals and log-densities.
   */
  public static void main(String[] args) {
    Table table = Table.read(Path.of(args[1]));
    Table y = table.columns("claim");
    Path whole = Path.of(args[2] + ".whole");
    Path given = Path.of(args[2] + ".given");
    boolean trains = args[0].equals("train");
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            trains ? learned(manager, table) : Density.load(manager, whole, Flows::density);
        ConditionalDensity conditional =
            trains
                ? learned(manager, y, table.without("claim"))
                : ConditionalDensity.load(manager, given, Flows::conditional)) {
      if (trains) {
        density.save(whole);
        conditional.save(given);
      }
      System.out.println(
          FlowProcess.bits(Doubles.concat(bits(density, table), bits(conditional, y, table))));
    }
  }

  @MustBeClosed
  private static Density learned(NDManager manager, Table table) {
    return DensityEstimator.of(Flows::density).training(QUICK).fit(manager, table);
  }

  @MustBeClosed
  private static ConditionalDensity learned(NDManager manager, Table y, Table x) {
    return ConditionalDensityEstimator.of(Flows::conditional)
        .training(QUICK)
        .ensemble(2)
        .fit(manager, y, x);
  }

  private static double[] bits(Density density, Table table) {
    Table draws = density.sampleRows(DRAWS);
    double[] towns = draws.category("town").indices().stream().asDoubleStream().toArray();
    double[] numbers =
        Stream.of("claim", "area", "rooms", "share", "sold", "area2")
            .flatMapToDouble(column -> Arrays.stream(draws.column(column).numbers()))
            .toArray();
    return Doubles.concat(
        towns,
        numbers,
        density.sample(DRAWS).toDoubleArray(),
        density.logProb(table).toDoubleArray());
  }

  private static double[] bits(ConditionalDensity density, Table y, Table table) {
    Map<String, Object> flat =
        Map.of(
            "town",
            "Leeds",
            "area",
            "",
            "area2",
            "",
            "rooms",
            4,
            "share",
            0.5,
            "sold",
            "2024-05-01",
            "lift",
            true);
    PredictionInterval interval = density.interval(0.9, flat);
    return Doubles.concat(
        density.sample(DRAWS, Table.row(flat)).toDoubleArray(),
        density.sample(1, table, 7).toDoubleArray(),
        density.logProb(y, table).toDoubleArray(),
        density.distance(table).toDoubleArray(),
        density.mean(Table.row(flat)).toDoubleArray(),
        interval.low().toDoubleArray(),
        interval.high().toDoubleArray());
  }
}
