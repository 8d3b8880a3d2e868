package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  /** A value for each row, of which a step sees some; all distributions are normal. */
  private static Program<double[]> values(double unit) {
    return (p, y) -> {
      NDArray mean = p.sample("mean", Normal.of(0, 10 * unit));
      try (Plate rows = p.plate("rows", y.length, 20)) {
        NDArray z = p.sample("z", Normal.of(mean, 0.7 * unit));
        p.observe("y", Normal.of(z, 0.5 * unit), rows.take(y));
      }
    };
  }

  /** By the mean of all rows, y ~ N(mean, 0.7² + 0.5²) each. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-5, 1, 1e5})
  void unitsOfValuesThatAStepSeesSomeOfDoNotMatter(double unit) {
    int count = 60;
    Random random = new Random(7);
    double[] y = random.doubles(count).map(u -> unit * (3 + 2 * u)).toArray();
    double variance = (0.7 * 0.7 + 0.5 * 0.5) * unit * unit;
    double precision = count / variance + 1 / (100 * unit * unit);
    double mean = Arrays.stream(y).sum() / variance / precision;
    double deviation = 1 / Math.sqrt(precision);
    Program<double[]> model = values(unit);
    AutoNormal<double[]> guide = AutoNormal.of(model);
    try (Svi<double[]> svi =
        Svi.builder(model, guide)
            .config(RunConfig.defaults().withSeed(2))
            .progress(Progress.silent())
            .build()) {
      FitReport report = svi.run(y, 20_000);
      Map<String, double[]> medians = guide.median(svi.params());
      assertThat(medians.get("mean")[0]).as("%s", report).isCloseTo(mean, within(0.3 * deviation));
      double gain = 0.7 * 0.7 / (0.7 * 0.7 + 0.5 * 0.5);
      double[] z = medians.get("z");
      for (int i = 0; i < count; i++) {
        double exact = mean + gain * (y[i] - mean);
        assertThat(z[i]).as("z of row %d", i).isCloseTo(exact, within(0.15 * unit));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = 1)
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
