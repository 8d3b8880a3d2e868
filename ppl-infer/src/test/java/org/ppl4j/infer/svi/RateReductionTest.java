package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.WithStore;

class RateReductionTest extends WithStore {

  private static final RateReduction RULE = new RateReduction(0.5, 3, 0.01);

  @Test
  void itGoesOnWhileTheBoundGains() {
    assertThat(RULE.goesOn(0, PairedGain.UNKNOWN)).isTrue();
    assertThat(RULE.goesOn(1, new PairedGain(0.5, 0.1))).isTrue();
    assertThat(RULE.goesOn(1, new PairedGain(0.009, 0.0001))).as("too little").isFalse();
    assertThat(RULE.goesOn(1, new PairedGain(0.5, 0.26))).as("within its error").isFalse();
    assertThat(RULE.goesOn(1, new PairedGain(-1, 0.1))).isFalse();
    assertThat(RULE.goesOn(3, new PairedGain(0.5, 0.1))).as("often enough").isFalse();
    assertThat(RateReduction.none().goesOn(0, PairedGain.UNKNOWN)).isFalse();
  }

  @Test
  void itsNumbersHaveRanges() {
    assertThatThrownBy(() -> new RateReduction(1, 3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rate reduction has factor 1.0, but it must be in (0, 1)");
    assertThatThrownBy(() -> new RateReduction(0.5, -1, 0))
        .hasMessage("rate reduction has most -1, but it must not be negative");
    assertThatThrownBy(() -> new RateReduction(0.5, 1, Double.NaN))
        .hasMessage("rate reduction has enough NaN, but it must not be negative");
  }

  /** Of differences 1, 2, 3: mean 2, variance 2/3, error √(2/9). */
  @Test
  void gainsArePaired() {
    PairedGain gain = PairedGain.of(new double[] {2, 4, 6}, new double[] {1, 2, 3});

    assertThat(gain.mean()).isEqualTo(2);
    assertThat(gain.error()).isCloseTo(Math.sqrt(2.0 / 9), within(1e-15));
    assertThat(PairedGain.of(new double[0], new double[] {1}).isKnown()).isFalse();
  }

  private static final Program<Void> MODEL = (p, none) -> p.sample("x", Normal.of(3, 0.5));

  private static final Program<Void> GUIDE =
      (p, none) ->
          p.sample(
              "x",
              Normal.of(
                  p.param("loc", () -> p.scalar(0)),
                  p.param("scale", () -> p.scalar(1), Constraint.POSITIVE)));

  private static Svi.Builder<Void> builder(ParamStore store) {
    return Svi.builder(MODEL, GUIDE).params(store).progress(Progress.silent());
  }

  private static Svi<Void> svi(ParamStore store) {
    return builder(store).build();
  }

  /** The guide holds the posterior, so that a thousandth of it is reached by averages alone. */
  @Test
  void aDefaultFitReducesItsRateUntilItIsThere() {
    try (Svi<Void> svi = svi(params)) {
      FitReport report = svi.run(null);

      assertThat(report.stop()).isEqualTo(FitReport.Stop.CONVERGED);
      assertThat(report.stages()).hasSizeBetween(2, 5);
      for (int i = 1; i < report.stages().size(); i++) {
        RateStage stage = report.stages().get(i);
        assertThat(stage.factor()).isEqualTo(Math.pow(0.25, i));
        assertThat(stage.begin()).isGreaterThanOrEqualTo(1000 * i);
        assertThat(stage.gain()).isNotNaN();
      }
      assertThat(params.value("loc")[0]).isCloseTo(3, within(0.02 * 0.5));
      assertThat(params.value("scale")[0]).isCloseTo(0.5, within(0.02 * 0.5));
      assertThat(report).asString().contains("rate: at last 0.");
    }
  }

  @Test
  void anOptimizerThatWasSetKeepsItsRate() {
    try (Svi<Void> svi = builder(params).optimizer(Adam.withRate(0.01)).build()) {
      FitReport report = svi.run(null);

      assertThat(report.stages()).containsExactly(RateStage.first());
      assertThat(report.stored().isAverage()).isFalse();
    }
  }

  /** A quarter of the rate of plain descent is a quarter of its way; Sgd has no memory. */
  @Test
  void aPaceIsAShareOfTheWay() {
    double[] way = new double[2];
    for (int i = 0; i < 2; i++) {
      try (ParamStore own = new ParamStore(manager);
          Svi<Void> svi = builder(own).optimizer(Sgd.withRate(1e-3)).build()) {
        svi.stepper.descent().pace(i == 0 ? 1 : 0.25);
        svi.step(null);
        way[i] = own.value("loc")[0];
      }
    }

    assertThat(way[0]).isNotZero();
    assertThat(way[1]).isCloseTo(way[0] / 4, within(1e-15));
  }

  /** Saved in the middle of its second rate, a fit goes on with the bits of an unbroken one. */
  @Test
  void aResumedFitIsAtTheRateThatItHad(@TempDir Path folder) {
    Path file = folder.resolve("fit");
    FitReport unbroken;
    try (Svi<Void> svi = svi(params)) {
      unbroken = svi.run(null);
    }
    int at = unbroken.stages().get(1).begin() + 100;
    try (ParamStore own = new ParamStore(manager)) {
      List<Svi<Void>> fit = new ArrayList<>();
      FitListener saving =
          new FitListener() {
            @Override
            public Next onStep(Step step) {
              if (step.step() == at) {
                fit.get(0).save(file);
              }
              return Next.GO_ON;
            }
          };
      try (Svi<Void> svi = builder(own).listener(saving).build()) {
        fit.add(svi);
        FitReport unused = svi.run(null);
      }
    }
    try (ParamStore own = new ParamStore(manager);
        Svi<Void> svi = svi(own)) {
      svi.load(file);
      FitReport resumed = svi.run(null);

      assertThat(resumed.stages()).isEqualTo(unbroken.stages());
      assertThat(resumed.steps()).isEqualTo(unbroken.steps());
      assertThat(own.value("loc")).isEqualTo(params.value("loc"));
      assertThat(own.value("scale")).isEqualTo(params.value("scale"));
    }
  }
}
