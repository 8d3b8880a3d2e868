package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.svi.NormalMean.COUNT;
import static org.ppl4j.infer.svi.NormalMean.EVIDENCE;
import static org.ppl4j.infer.svi.NormalMean.MEAN;
import static org.ppl4j.infer.svi.NormalMean.MODEL;
import static org.ppl4j.infer.svi.NormalMean.SD;
import static org.ppl4j.infer.svi.NormalMean.logJoint;
import static org.ppl4j.infer.svi.NormalMean.logNormal;
import static org.ppl4j.infer.svi.NormalMean.model;
import static org.ppl4j.infer.svi.NormalMean.narrow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;

/** Importance weights of guides, on posteriors known in closed form. */
@ExtendWith(LeakCheck.class)
class ImportanceTest {

  private final NormalMean given = new NormalMean();
  private final NDManager manager = given.manager;
  private final ParamStore params = given.params;
  private final NDArray data = given.data;

  @AfterEach
  void close() {
    given.close();
  }

  private Svi<NDArray> svi(Program<NDArray> model, Program<NDArray> guide) {
    return given.fit(model, guide).build();
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void weightsBelongToTheDrawsOfThePosterior(FloatType floatType) {
    RunConfig config = RunConfig.defaults().withFloatType(floatType);
    try (ParamStore own = new ParamStore(manager, config)) {
      Svi<NDArray> svi = Svi.builder(MODEL, narrow(0.5)).params(own).build();
      double[] weights = svi.logWeights(data, 1000);
      try (Samples posterior = svi.posterior(data, 1000)) {
        double[] mu = posterior.values("mu");
        for (int i = 0; i < mu.length; i++) {
          double exact = logJoint(mu[i]) - logNormal(mu[i], MEAN, SD * Math.sqrt(0.5));
          double rounding = floatType == FloatType.FLOAT64 ? 1e-11 : 1e-4;
          assertThat(weights[i]).isCloseTo(exact, within(rounding));
        }
      }
    }
  }

  /** Of a guide that is wider than the posterior: k-hat is small, the evidence is exact. */
  @Test
  void weightedDrawsAreThePosteriors() {
    Svi<NDArray> svi = svi(MODEL, narrow(2));
    try (ImportanceSamples weighted = svi.importance(data, 20_000)) {
      assertThat(weighted.standardError()).isBetween(0.001, 0.01);
      assertThat(weighted.logEvidence()).isCloseTo(EVIDENCE, within(4 * weighted.standardError()));
      assertThat(weighted.khat().isWarning()).isFalse();
      assertThat(weighted.toString()).startsWith("log evidence: ");
      Summary.Row mu = weighted.samples().summary().get("mu");
      assertThat(mu.mean()).isCloseTo(MEAN, within(0.04 * SD));
      assertThat(mu.sd()).isCloseTo(SD, within(0.04 * SD));
      assertThat(mu.q95()).isCloseTo(MEAN + 1.645 * SD, within(0.06 * SD));
      try (Samples again = weighted.samples().resample(10_000, 1)) {
        assertThat(again.mean("mu")[0]).isCloseTo(MEAN, within(0.05 * SD));
      }
    }
  }

  @Test
  void weightedDrawsOfABadGuideWarn() {
    try (ImportanceSamples weighted = svi(MODEL, narrow(0.1)).importance(data, 2000)) {
      assertThat(weighted.khat().isWarning()).isTrue();
      assertThat(weighted.samples().summary().toString()).contains("warning: k-hat: ");
    }
  }

  /** All weights are the same, to the last digit. */
  @Test
  void weightsThatRoundingMakesWarn() {
    Program<NDArray> far =
        (p, y) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          p.observe("y", Normal.of(mu, 1), 1e30);
        };
    try (ImportanceSamples weighted = svi(far, narrow(1)).importance(data, 200)) {
      assertThat(weighted.samples().warnings())
          .containsExactly(
              "log densities of 5.0e+59 are rounded to 1e+44; write data and model in units in"
                  + " which their numbers are small");
      assertThat(weighted.toString()).contains("warning: log densities of 5.0e+59");
    }
  }

  /** Draws that hold so many numbers that a run makes a hundred of them at most. */
  @Test
  void drawsOfSeveralRunsAreTheSameEachTime() {
    int size = 10;
    Program<NDArray> wide =
        (p, x) -> {
          NDArray w = p.sample("w", Normal.standard(size).toEvent(1));
          Shape many = Shapes.concat(w.getShape(), new Shape(50_000));
          NDArray copies = w.expandDims(-1).broadcast(many);
          p.factor("none", copies.sum(new int[] {-2, -1}).mul(0));
        };
    Svi<NDArray> svi = svi(wide, AutoNormal.of(wide).initializer(Initializer.uniform()));
    int draws = 250;
    try (Samples first = svi.posterior(data, draws);
        Samples second = svi.posterior(data, draws)) {
      double[] w = first.values("w");
      assertThat(second.values("w")).isEqualTo(w);
      assertThat(w[0]).isNotEqualTo(w[(draws - 1) * size]);
      double[] weights = svi.logWeights(data, draws);
      double[] loc = params.value("auto.loc");
      double[] scale = params.value("auto.scale");
      for (int i = 0; i < draws; i++) {
        double exact = 0;
        for (int d = 0; d < size; d++) {
          double value = w[i * size + d];
          exact += logNormal(value, 0, 1) - logNormal(value, loc[d], scale[d]);
        }
        assertThat(weights[i]).isCloseTo(exact, within(1e-8));
      }
    }
  }

  /**
   * Under N(m, s v) the density ratio of N(m, v) exceeds t with probability t^(−1 / (1 − s)) / √log
   * t up to a constant: k = 1 − s, which samples approach from below.
   */
  @ParameterizedTest
  @CsvSource({"0.1, 0.3", "0.3, 0.05", "0.7, 0.01"})
  void khatIsTheShapeOfTheTail(double share, double tolerance) {
    Svi<NDArray> svi = svi(MODEL, narrow(share));

    SmoothedWeights weights = SmoothedWeights.of(svi.logWeights(data, 100_000));

    assertThat(weights.khat()).isBetween(1 - share - 0.15, 1 - share + 0.05);
    assertThat(weights.logMean()).isCloseTo(EVIDENCE, within(tolerance));
  }

  @Test
  void thePosteriorItselfHasEqualWeights() {
    SmoothedWeights weights = SmoothedWeights.of(svi(MODEL, narrow(1)).logWeights(data, 1000));

    assertThat(weights.khat()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(weights.logMean()).isCloseTo(EVIDENCE, within(1e-11));
  }

  @Test
  void everyReportHasIt() {
    FitReport report = svi(MODEL, AutoNormal.of(MODEL)).run(data, 300);

    assertThat(report.khat().weights()).isEqualTo(1000);
    assertThat(report.khat().isKnown()).isTrue();
    assertThat(report.toString()).contains("\n  k-hat: ");
  }

  /** A batch of rows is drawn in a fit; weights take all rows. */
  @Test
  void drawnRowsAreSeenAll() {
    double[] whole = svi(MODEL, narrow(0.5)).logWeights(data, 10);
    double[] some = svi(model(rows -> rows.batch(2)), narrow(0.5)).logWeights(data, 10);

    assertThat(some).containsExactly(whole, within(1e-12));
  }

  /** A guide with a draw for each row, drawn by batches: local latents have weights too. */
  @Test
  void rowsWithLatentsHaveWeights() {
    Program<NDArray> local =
        (p, x) -> {
          NDArray rate = p.sample("rate", Gamma.of(2, 1));
          try (Plate rows = p.plate("rows", COUNT, 2)) {
            NDArray z = p.sample("z", Normal.of(0, rate));
            p.observe("x", Normal.of(z, 2), rows.take(x));
          }
        };
    for (Program<NDArray> guide :
        List.<Program<NDArray>>of(AutoNormal.of(local), AutoMultivariateNormal.of(local))) {
      try (ParamStore own = new ParamStore(manager)) {
        Svi<NDArray> svi =
            Svi.builder(local, guide).params(own).progress(Progress.silent()).build();

        assertThat(svi.run(data, 50).khat().value()).isFinite();
      }
    }
  }

  /** Early on the average lags so far behind that it would throw the fit away. */
  @ParameterizedTest
  @CsvSource({"20, false", "1000, true"})
  void theBetterOfAverageAndLastIsStoredAndJudged(int steps, boolean isAverage) {
    Svi<NDArray> svi =
        Svi.builder(MODEL, narrow(0.3))
            .params(params)
            .particles(1)
            .averaging(Averaging.polynomial(3))
            .stopping(StoppingRule.never())
            .progress(Progress.silent())
            .build();
    FitReport report = svi.run(data, steps);

    assertThat(report.stored().isAverage()).isEqualTo(isAverage);
    double[] weights = svi.logWeights(data, 1000);
    assertThat(report.khat()).isEqualTo(Khat.of(SmoothedWeights.of(weights)));
    assertThat(report.assessment().bound()).isCloseTo(mean(weights), within(1e-12));
    if (isAverage) {
      svi.useLast();
    } else {
      svi.useAverage();
    }
    double other = mean(svi.logWeights(data, 1000)); // of the same draws
    assertThat(report.assessment().bound()).isGreaterThan(other);
    assertThat(report.stored().advantage())
        .isCloseTo(
            report.assessment().bound() - other, within(0.2 * Math.abs(mean(weights) - other)));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
