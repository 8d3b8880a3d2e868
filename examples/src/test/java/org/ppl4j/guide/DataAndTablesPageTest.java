package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/** Data from files and with holes are fitted. */
class DataAndTablesPageTest {

  /** x₃ and mu are jointly normal: precisions 1 + 2² / 0.25 and 0.01 + 3, coupled by −1. */
  private static final double EXACT = (24.0 / 0.5 + 3 / 3.01) / (17 - 1 / 3.01);

  @TempDir private Path folder;

  /** Counts of three shops whose bases are known, and one empty cell. */
  @Test
  void shopsAreTold() throws IOException {
    double[] bases = {-1, -2, -1.5};
    SplittableRandom random = new SplittableRandom(4);
    StringBuilder csv = new StringBuilder("shop,visitors,sold\nBath,,3\n");
    for (int i = 0; i < 300; i++) {
      int visitors = random.nextInt(80, 300);
      double rate = Math.exp(bases[i % 3] + 0.8 * Math.log(visitors));
      int sold = 0;
      for (double time = -Math.log(random.nextDouble()); time < rate; sold++) {
        time -= Math.log(random.nextDouble());
      }
      String shop = List.of("Bath", "Hull", "Leeds").get(i % 3);
      csv.append("%s,%d,%d%n".formatted(shop, visitors, sold));
    }
    Path file = folder.resolve("draws");

    Summary summary =
        DataAndTablesPage.shops(Files.writeString(folder.resolve("s.csv"), csv), file);

    assertThat(summary.rows().keySet())
        .containsExactly("mu", "tau", "slope", "base[Bath]", "base[Hull]", "base[Leeds]");
    Summary.Row slope = summary.get("slope");
    assertThat(slope.mean()).isCloseTo(0.8, within(4 * slope.sd()));
    Summary.Row hull = summary.get("base[Hull]");
    assertThat(hull.mean()).isCloseTo(-2, within(4 * hull.sd()));
    try (Samples loaded = Samples.load(file)) {
      assertThat(loaded.summary()).hasToString(summary.toString());
    }
  }

  /** Exact as below. */
  @Test
  void gapsAreImputed() throws IOException {
    Path csv = Files.writeString(folder.resolve("gaps.csv"), "x,y\n1,2\n2,4\n,6\n");

    Summary.Row third = DataAndTablesPage.imputed(Table.read(csv)).get("x.missing[1]");

    assertThat(third.mean()).isCloseTo(EXACT, within(4 * third.meanError()));
  }

  @Test
  void missingValuesAreImputed() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      DataAndTablesPage.Measured table =
          new DataAndTablesPage.Measured(
              manager.create(new double[] {1, 2, Double.NaN}),
              manager.create(new boolean[] {true, true, false}),
              manager.create(new double[] {2, 4, 6}));
      Svi<DataAndTablesPage.Measured> svi =
          Svi.builder(DataAndTablesPage.WITH_MISSING, AutoNormal.of(DataAndTablesPage.WITH_MISSING))
              .params(params)
              .particles(10)
              .averaging(Averaging.polynomial(3))
              .progress(Progress.silent())
              .build();
      svi.run(table, 1500);
      try (Samples posterior = svi.posterior(table, 2000)) {
        assertThat(posterior.summary().get("x.missing[3]").mean()).isCloseTo(EXACT, within(0.05));
      }
    }
  }
}
