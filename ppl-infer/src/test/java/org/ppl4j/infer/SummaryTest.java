package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.hipparchus.stat.descriptive.DescriptiveStatistics;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;

class SummaryTest {

  @Test
  void figuresAgreeWithHipparchus() {
    SplittableRandom random = new SplittableRandom(7);
    for (int n : new int[] {1, 2, 3, 10, 101, 1000}) {
      double[] draws = random.doubles(n).map(u -> 1e3 - Math.log(u)).toArray();

      Summary.Row row = Summary.Row.of(draws);

      DescriptiveStatistics oracle = new DescriptiveStatistics(draws);
      Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
      percentile.setData(draws);
      assertThat(row.mean()).isCloseTo(oracle.getMean(), within(1e-10));
      assertThat(row.sd()).isCloseTo(oracle.getStandardDeviation(), within(1e-10));
      assertThat(row.q05()).isCloseTo(percentile.evaluate(5), within(1e-10));
      assertThat(row.q50()).isCloseTo(percentile.evaluate(50), within(1e-10));
      assertThat(row.q95()).isCloseTo(percentile.evaluate(95), within(1e-10));
    }
  }

  @Test
  void notANumberSpreads() {
    Summary.Row row = Summary.Row.of(new double[] {1, Double.NaN, 2});

    assertThat(row.mean()).isNaN();
    assertThat(row.q05()).isNaN();
  }

  @Test
  void printsATable() {
    Summary summary =
        new Summary(
            ImmutableMap.of(
                "mu", new Summary.Row(4.41052, 3.30930, -0.936, 4.364, 9.832),
                "theta[1]", new Summary.Row(-12345.6, 1e-5, 0, 1234567, 2)));

    assertThat(summary.toString().lines())
        .containsExactly(
            "               mean         sd         5%        50%        95%",
            "mu            4.411      3.309     -0.936      4.364      9.832",
            "theta[1]   -12345.6  1.000e-05      0.000  1.235e+06      2.000");
  }

  @Test
  void aRowPrintsTheFiguresThatItHas() {
    assertThat(new Summary.Row(1.5, 2000, -0.25, 1, 2e7))
        .hasToString("mean 1.500, sd 2000.0, 5% -0.250, 50% 1.000, 95% 2.000e+07");
    assertThat(new Summary.Row(1, 2, 0.1, 0, 1, 2, 1.004, 812, 401))
        .hasToString(
            "mean 1.000, sd 2.000, MCSE 0.100, 5% 0.000, 50% 1.000, 95% 2.000, R-hat 1.004,"
                + " bulk ESS 812, tail ESS 401");
  }

  @Test
  void ofManyNumbersTheFirstAndTheLastAreShown() {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    Summary.Row row = new Summary.Row(1, 1, 0, 1, 2);
    rows.put("mu", row);
    IntStream.rangeClosed(1, 100).forEach(i -> rows.put("a[" + i + "]", row));
    IntStream.rangeClosed(1, 1101).forEach(i -> rows.put("x[" + i + "]", row));
    rows.put("z", row);

    List<String> names =
        new Summary(rows.buildOrThrow())
            .toString()
            .lines()
            .skip(1)
            .map(line -> line.replaceFirst(" {3}.*", ""))
            .toList();

    assertThat(names).hasSize(1 + 100 + 21 + 1).startsWith("mu", "a[1]").endsWith("x[1101]", "z");
    assertThat(names.subList(110, 113)).containsExactly("x[10]", "… 1,081 more of x", "x[1092]");
  }

  @Test
  void constantsHaveNoSpread() {
    double[] weights = {0.3, 0.1, 0.2, 0.15, 0.25};
    int n = 60;
    double[] tenth = new double[n];
    double[] total = new double[n];
    Arrays.fill(tenth, 0.1);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < n; i++) { // adds up to 1 but for rounding
      double[] shares = random.doubles(5).toArray();
      double sum = Arrays.stream(shares).sum();
      for (double share : shares) {
        total[i] += share / sum;
      }
    }
    assertThat(Arrays.stream(total).distinct().count()).isGreaterThan(1);
    try (NDManager manager = NDManager.newBaseManager()) {
      for (boolean isWeighted : new boolean[] {false, true}) {
        Map<String, NDArray> sites =
            Map.of("tenth", manager.create(tenth), "total", manager.create(total));
        double[] logs = IntStream.range(0, n).mapToDouble(i -> Math.log(weights[i % 5])).toArray();
        try (Samples samples =
            isWeighted
                ? Samples.weighted(manager.newSubManager(), sites, logs, List.of())
                : Samples.of(manager.newSubManager(), sites)) {
          assertThat(samples.summary().get("tenth"))
              .isEqualTo(new Summary.Row(0.1, 0, 0.1, 0.1, 0.1));
          assertThat(samples.summary().get("total").sd()).isZero();
          assertThat(samples.summary().get("total").mean()).isCloseTo(1, within(1e-15));
        }
      }
      try (Samples chains =
          Samples.ofChains(manager.newSubManager(), Map.of("tenth", manager.create(tenth)), 2)) {
        assertThat(chains.summary().warnings())
            .containsExactly(
                "R-hat and effective sizes of 'tenth' cannot be had: its draws are all the same"
                    + " number");
      }
    }
  }

  @Test
  void warningsAreOnceAndSayOnWhichSideOfTheBound() {
    Summary summary =
        new Summary(
                ImmutableMap.of("mu", new Summary.Row(0, 1, 0, 0, 0, 1.0104, 399.96, 500)),
                ImmutableList.of("far out", "far out"))
            .judged(Set.of());

    assertThat(summary.toString().lines().skip(2))
        .containsExactly(
            "  warning: far out",
            "  warning: R-hat of 'mu' is 1.0104, above 1.01: the chains disagree; run them longer,"
                + " or write the model in other variables",
            "  warning: the effective size of 'mu' is 399.96, below 400: too few for its quantiles;"
                + " draw more");
  }

  @Test
  void namesTheRowsThatThereAre() {
    Summary summary = new Summary(ImmutableMap.of("mu", new Summary.Row(0, 1, 0, 0, 0)));

    assertThatThrownBy(() -> summary.get("tau"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("summary has no row 'tau', only [mu]; ask for one of these");
  }

  /** A name with a comma and a quote, a row of chains and one that is of none. */
  @Test
  void rowsAreWrittenAsCsv(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("summary.csv");
    Summary summary =
        new Summary(
            ImmutableMap.of(
                "w[1,2]",
                new Summary.Row(0.1, 1e-300, 0.01, -1, 0, 1, 1.001, 400.5, 399),
                "a[say \"hi\"]",
                new Summary.Row(1, 2, 3, 4, 5)));

    summary.writeCsv(file);

    assertThat(Files.readAllLines(file))
        .containsExactly(
            "name,mean,sd,mcse_mean,q05,q50,q95,r_hat,ess_bulk,ess_tail",
            "\"w[1,2]\",0.1,1.0E-300,0.01,-1.0,0.0,1.0,1.001,400.5,399.0",
            "\"a[say \"\"hi\"\"]\",1.0,2.0,,3.0,4.0,5.0,,,");
    assertThatThrownBy(() -> summary.writeCsv(folder.resolve("none/summary.csv")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("file '" + folder.resolve("none/summary.csv") + "' cannot be");
  }

  @Test
  void comesBackFromItsFile(@TempDir Path folder) {
    Path file = folder.resolve("summary");
    Summary summary =
        new Summary(
            ImmutableMap.of(
                "w[1,2]",
                new Summary.Row(0.1, Double.MIN_VALUE, 0.01, -1, 0, 1, 1.001, 400.5, 399),
                "a[say \"hi\"]",
                new Summary.Row(1, 2, 3, Double.POSITIVE_INFINITY, 5)),
            ImmutableList.of("'w' is – far"));

    summary.save(file);

    assertThat(Summary.load(file)).isEqualTo(summary);
    assertThat(Summary.load(file).rows().keySet()).containsExactly("w[1,2]", "a[say \"hi\"]");
  }

  private static void refused(Path file, UnaryOperator<TensorFile.Builder> change, String message) {
    TensorFile.Builder made =
        TensorFile.builder()
            .put("summary", "1")
            .put("summary.names", "[\"a\",\"a\"]")
            .put("summary.warnings", "[]")
            .put("summary/rows", FloatType.FLOAT64, new Shape(2, 9), new double[18]);
    change.apply(made).write(file);
    assertThatThrownBy(() -> Summary.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + file + "' " + message);
  }

  @Test
  void otherFilesAreRefused(@TempDir Path folder) {
    Path file = folder.resolve("summary");
    refused(
        file,
        made -> made.put("summary", "2"),
        "has version '2' of a summary, but this release reads version 1; pass a file that"
            + " summary.save of this release wrote");
    refused(file, made -> made, "has two rows of one name in 'summary.names'");
    refused(
        file,
        made -> made.put("summary.names", "[\"a\"]"),
        "has no tensor 'summary/rows' of doubles (1, 9)");
    refused(
        file,
        made -> made.put("summary.names", "[\"a\", 1]"),
        "has a text 'summary.names' that is no JSON array of texts");
    refused(
        file,
        made -> made.put("summary.names", "[\"a\",\"b\"]").put("summary.warnings", "none"),
        "has a text 'summary.warnings' that is no JSON array of texts");
  }
}
