package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.DensityScores;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Tables with columns of every kind are learned as what they are: masses, means and correlations of
 * draws are as near to the law's as those of a table of so many rows, and each draw is a row.
 */
@Tag("acceptance")
@Tag("tables.4")
class MixedTablesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.4");

  private static final int ROWS = 2000;
  private static final int DRAWS = 100_000;
  private static final int SEEDS = 3;
  private static final int TABLES = 400;
  private static final double ERRORS = 3;
  private static final double LEAST = 0.01;
  private static final double LEVEL = 0.9;
  private static final double BAND = 0.999;

  @TempDir Path folder;

  private static double[] errors() {
    return MixedTable.errors(ROWS, TABLES, 1);
  }

  /** The probability of so much or more, by chance. */
  private static double chance(double score) {
    return 2 * new NormalDistribution().cumulativeProbability(-Math.abs(score));
  }

  private static double most(double[] scores) {
    return Arrays.stream(scores).map(Math::abs).max().orElseThrow();
  }

  @Test
  void drawsAreRowsOfTheLaw() {
    double[] errors = errors();
    double[] mean = new double[errors.length];
    double[] all = {};
    long impossible = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Table table = MixedTable.of(ROWS, 1000 + seed).written(folder, seed);
      try (Density density = learned(table, seed)) {
        Table drawn = density.sampleRows(DRAWS);
        impossible += MixedTable.impossible(drawn);
        double[] scores = MixedTable.of(drawn).scores(errors);
        Arrays.setAll(mean, s -> mean[s] + scores[s] / SEEDS);
        all = DoubleStream.concat(Arrays.stream(all), Arrays.stream(scores)).toArray();
      }
    }
    List<MixedTable.Statistic> statistics = MixedTable.statistics();
    for (int s = 0; s < mean.length; s++) {
      POINT.shown(statistics.get(s).name() + ", errors off", mean[s]);
    }
    POINT.atMost("standard errors off, most of " + mean.length, most(mean), ERRORS);
    POINT.atLeast("p of one, least of " + all.length, chance(most(all)), LEAST / all.length);
    POINT.atMost("draws that are no rows, of " + SEEDS * DRAWS, impossible, 0);
  }

  /** The share that is paid, given district and rooms. */
  @Test
  void massesGivenContextsAreThoseOfTheLaw() {
    double[] errors = errors();
    MixedTable rows = MixedTable.of(ROWS, 2001);
    Table table = rows.written(folder, 11);
    String[] contexts = {"district", "rooms"};
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .training(Training.standard().progress(Progress.silent()))
            .fit(table.columns("share"), table.columns(contexts))) {
      Arrays.fill(rows.share(), 0);
      double[] nothing =
          density
              .logProb(rows.written(folder, 12).columns("share"), table.columns(contexts))
              .exp()
              .toDoubleArray();
      List<MixedTable.Statistic> statistics = MixedTable.statistics();
      for (int d = 0; d < MixedTable.DISTRICTS.size(); d++) {
        int district = d;
        String name = "nothing paid in " + MixedTable.DISTRICTS.get(d);
        int s =
            IntStream.range(0, errors.length)
                .filter(k -> statistics.get(k).name().equals(name))
                .findFirst()
                .orElseThrow();
        double learned =
            IntStream.range(0, ROWS)
                .filter(i -> rows.district()[i] == district)
                .mapToDouble(i -> nothing[i])
                .average()
                .orElseThrow();
        double score = (learned - statistics.get(s).truth()) / errors[s];
        POINT.atMost("probability of " + name + ", errors off", Math.abs(score), ERRORS);
      }
      DensityScores scores =
          density.calibrate(
              MixedTable.of(ROWS, 2002).written(folder, 13).columns("share"),
              MixedTable.of(ROWS, 2002).written(folder, 13).columns(contexts));
      double least = scores.band("share", LEVEL, BAND).lowerEndpoint();
      POINT.atLeast(
          "coverage of 90%, a mass is inside whole", scores.coverage("share", LEVEL), least);
    }
  }

  @MustBeClosed
  private static Density learned(Table table, long seed) {
    return DensityEstimator.of(Flows::density)
        .training(
            Training.standard()
                .config(RunConfig.defaults().withSeed(seed))
                .progress(Progress.silent()))
        .fit(table);
  }

  // --- what must be seen

  @Test
  void rightRowsPassAndWrongOnesDoNot() {
    double[] errors = errors();
    MixedTable right = MixedTable.of(DRAWS, 7);
    assertThat(most(right.scores(errors))).isLessThan(1);

    MixedTable smeared = MixedTable.of(DRAWS, 7);
    Arrays.setAll(smeared.share(), i -> smeared.share()[i] == 0 ? 1e-4 : smeared.share()[i]);
    assertThat(most(smeared.scores(errors))).isGreaterThan(ERRORS);

    MixedTable shuffled = MixedTable.of(DRAWS, 7);
    double[] others = MixedTable.of(DRAWS, 8).rooms();
    System.arraycopy(others, 0, shuffled.rooms(), 0, DRAWS);
    assertThat(most(shuffled.scores(errors))).isGreaterThan(ERRORS);

    MixedTable complete = MixedTable.of(DRAWS, 7);
    double[] rating = complete.rating();
    double average = Arrays.stream(rating).filter(x -> !Double.isNaN(x)).average().orElseThrow();
    Arrays.setAll(rating, i -> Double.isNaN(rating[i]) ? average : rating[i]);
    assertThat(most(complete.scores(errors))).isGreaterThan(ERRORS);
  }

  @Test
  void rowsThatCannotBeAreCounted() {
    MixedTable few = MixedTable.of(50, 9);
    Arrays.fill(few.rating(), 1);
    assertThat(MixedTable.impossible(few.written(folder, 9))).isZero();
    Path file = folder.resolve("flats-9.csv");
    assertThat(withFault(file, row -> row.replaceFirst(",[0-9]+,", ",1.5,"))).isEqualTo(1);
    assertThat(withFault(file, row -> row.replace("DE", "D"))).isEqualTo(1);
    assertThat(withFault(file, row -> row + "e1")).isEqualTo(1);
  }

  /** How many rows cannot be if the first of a file is changed. */
  private static long withFault(Path file, UnaryOperator<String> fault) {
    try {
      List<String> lines = Files.readAllLines(file);
      lines.set(1, fault.apply(lines.get(1)));
      Path other = file.resolveSibling("fault.csv");
      return MixedTable.impossible(Table.read(Files.write(other, lines)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
