package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.infer.svi.NormalMean.COUNT;
import static org.ppl4j.infer.svi.NormalMean.MEAN;
import static org.ppl4j.infer.svi.NormalMean.MODEL;
import static org.ppl4j.infer.svi.NormalMean.SD;
import static org.ppl4j.infer.svi.NormalMean.narrow;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Validation;
import org.ppl4j.testing.LeakCheck;

/** What is said of importance weights that cannot be had, or cannot be trusted. */
@ExtendWith(LeakCheck.class)
class ImportanceWarningsTest {

  private final NormalMean given = new NormalMean();
  private final ParamStore params = given.params;
  private final NDArray data = given.data;

  @AfterEach
  void close() {
    given.close();
  }

  private Svi<NDArray> svi(Program<NDArray> model, Program<NDArray> guide) {
    return given.fit(model, guide).build();
  }

  @Test
  void aGuideInTheWrongPlaceIsWarnedOf() {
    Program<NDArray> away =
        (p, x) -> p.sample("mu", Normal.of(p.param("loc", () -> p.scalar(MEAN + 4 * SD)), SD));

    FitReport report = svi(MODEL, away).run(data, 1);

    assertThat(report.khat().isWarning()).isTrue();
    assertThat(report.toString()).contains("warning: above 0.7");
  }

  @Test
  void thereIsAtLeastOneWeight() {
    assertThat(svi(MODEL, narrow(1)).logWeights(data, 1)).hasSize(1);
    assertThatThrownBy(() -> svi(MODEL, narrow(1)).logWeights(data, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("svi is asked for 0 weights, but needs at least 1");
  }

  @Test
  void rowsThatNobodySeesAreSaid() {
    Svi<NDArray> svi =
        svi(
            (p, x) -> {
              NDArray mu = p.sample("mu", Normal.of(0, 10));
              try (Plate rows = p.plate(PlateSpec.of("rows", 20).given(COUNT))) {
                p.observe("x", Normal.of(mu, 2), rows.take(x));
              }
            },
            narrow(0.5));

    assertThat(svi.run(data, 3).khat())
        .isEqualTo(Khat.unknown("plate 'rows' sees 5 of 20 rows, but weights need all"));
    assertThatThrownBy(() -> svi.logWeights(data, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "draws of the guide have no weights: plate 'rows' sees 5 of 20 rows, but weights need"
                + " all");
  }

  @Test
  void pointsHaveNoWeights() {
    assertThat(svi(MODEL, AutoDelta.of(MODEL)).run(data, 3).khat())
        .isEqualTo(Khat.unknown("the guide draws nothing that has a density"));
  }

  /** A MAP estimate is where it should be, and no posterior that chains could find fault with. */
  @Test
  void pointsAreNotJudgedAsDraws() {
    FitReport report = svi(MODEL, AutoDelta.of(MODEL)).run(data, 1000);

    assertThat(report.warnings()).isEmpty();
    assertThat(report.toString()).doesNotContain("short chains");
  }

  @Test
  void aProgramThatTakesNoParticlesHasWeightsOneByOne() {
    Program<NDArray> left =
        (p, x) -> {
          NDArray w = p.sample("w", Normal.standard(2).toEvent(1));
          try (Plate rows = p.plate("rows", COUNT)) {
            p.observe("x", Normal.of(w.get(0), 2), rows.take(x));
          }
        };
    Svi<NDArray> svi = svi(left, AutoNormal.of(left));

    assertThat(svi.step(data)).isFinite();
    assertThat(svi.logWeights(data, 20)).hasSize(20).doesNotContain(Double.NaN);
  }

  private Svi<NDArray> unchecked(Program<NDArray> model) {
    return Svi.builder(model, narrow(1))
        .params(params)
        .config(RunConfig.defaults().withValidation(Validation.OFF))
        .progress(Progress.silent())
        .build();
  }

  /** Numbers near 1e8 leave float32 no digit of a weight: all weights are the same. */
  @Test
  void weightsThatAreLostInRoundingAreSaid() {
    Program<NDArray> far =
        (p, x) -> {
          NDArray mu = p.sample("mu", Normal.of(1e8, 10));
          try (Plate rows = p.plate("rows", COUNT)) {
            p.observe("x", Normal.of(mu, 1), x.add(1e8));
          }
        };
    Svi<NDArray> svi =
        Svi.builder(far, narrow(1))
            .params(params)
            .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32))
            .progress(Progress.silent())
            .build();

    FitReport report = svi.run(data, 1);

    assertThat(report.isConverged()).isFalse();
    assertThat(report.warnings())
        .containsExactly(
            "the guide could not be judged, for its weights failed: log densities of 2.5e+16 are"
                + " rounded to 3e+09; take float64, or write data and model in units in which their"
                + " numbers are small");
  }

  /** A model whose density is not a number somewhere, and one that is 0 everywhere. */
  @Test
  void weightsThatAreNoNumbersNameTheirSite() {
    Program<NDArray> broken =
        (p, x) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 10));
          p.factor("penalty", mu.sub(1e9).log());
        };
    Svi<NDArray> svi = unchecked(broken);

    assertThatThrownBy(() -> svi.logWeights(data, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "log weight 0 is NaN, but a weight must be finite: sample site 'penalty' of the model"
                + " has log density NaN");
    FitReport report = svi.run(data, 1);
    assertThat(report.warnings()).hasSize(1);
    assertThat(report.toString())
        .contains("\n  k-hat: not known: log weight 0 is NaN")
        .contains(
            "\n  warning: the guide could not be judged, for its weights failed: log weight 0");
  }

  @Test
  void drawsWithoutDensityAreWarnedOf() {
    Program<NDArray> nowhere =
        (p, x) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 10));
          p.factor("wall", mu.mul(0).log());
        };

    FitReport report = unchecked(nowhere).run(data, 1);

    assertThat(report.khat().value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.assessment().effectiveSize()).isZero();
    assertThat(report.toString())
        .contains("\n  bound: infinitely low: draws lie where the model has no density\n");
  }
}
