package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;

/** Intercepts of groups and a slope: a fit by default is right whatever the units of the rows. */
class HierarchyUnitsTest {

  private static final int GROUPS = 12;
  private static final int ROWS = 150;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(double unit, double unitOfX, double[] x, double[] y, long[] group) {

    static Rows of(double unit, double unitOfX, long seed) {
      Random random = new Random(seed);
      double[] intercepts = random.doubles(GROUPS).map(u -> u - 0.5).toArray();
      double[] x = new double[ROWS];
      double[] y = new double[ROWS];
      long[] group = new long[ROWS];
      for (int i = 0; i < ROWS; i++) {
        group[i] = i % GROUPS;
        double at = 5 * random.nextDouble();
        x[i] = unitOfX * at;
        double mean = 2 + intercepts[(int) group[i]] + 0.4 * at;
        y[i] = unit * (mean + 0.5 * random.nextGaussian());
      }
      return new Rows(unit, unitOfX, x, y, group);
    }
  }

  private static final Program<Rows> MODEL =
      (p, rows) -> {
        double unit = rows.unit();
        NDArray mean = p.sample("mean", Normal.of(0, 10 * unit));
        NDArray spread = p.sample("spread", HalfNormal.of(unit));
        NDArray slope = p.sample("slope", Normal.of(0, 10 * unit / rows.unitOfX()));
        NDArray noise = p.sample("noise", HalfNormal.of(unit));
        NDArray intercept;
        try (Plate groups = p.plate("groups", GROUPS)) {
          intercept = p.sample("intercept", Normal.of(mean, spread));
        }
        try (Plate plate = p.plate("rows", ROWS)) {
          NDArray own = p.pick(intercept, plate.take(rows.group()));
          NDArray y = own.add(slope.mul(plate.take(rows.x())));
          p.observe("y", Normal.of(y, noise), plate.take(rows.y()));
        }
      };

  @ParameterizedTest
  @ValueSource(longs = {1, 3})
  void unitsDoNotMatter(long seed) {
    RunConfig config = RunConfig.defaults().withSeed(seed);
    for (double[] units : new double[][] {{1, 1}, {1000, 1000}, {1e-4, 1e5}}) {
      Rows rows = Rows.of(units[0], units[1], seed);
      try (McmcRun<Rows> truth =
              Nuts.of(MODEL).config(config).progress(Progress.silent()).run(rows);
          Svi<Rows> svi =
              Svi.builder(MODEL, AutoMultivariateNormal.of(MODEL))
                  .config(config)
                  .progress(Progress.silent())
                  .build()) {
        FitReport report = svi.run(rows);
        assertThat(report.steps()).as("units %s, seed %d", units, seed).isLessThan(20_000);
        try (Samples draws = svi.posterior(rows, 4000)) {
          Summary found = draws.summary();
          for (String name : List.of("mean", "slope", "noise")) {
            Summary.Row exact = truth.summary().get(name);
            assertThat(found.get(name).mean())
                .as("%s in units %s %s, seed %d: %s", name, units[0], units[1], seed, report)
                .isCloseTo(exact.mean(), within(0.3 * exact.sd()));
          }
        }
      }
    }
  }
}
