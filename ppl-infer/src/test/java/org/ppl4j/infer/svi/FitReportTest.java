package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.infer.importance.Shift;
import org.ppl4j.infer.judge.Judgement;
import org.ppl4j.infer.svi.FitReport.SkippedStep;
import org.ppl4j.infer.svi.FitReport.Stop;

class FitReportTest {

  private static final Judgement NOT_JUDGED = Judgement.unknown("no reason");

  private static FitReport report(
      Stop stop, Losses losses, double best, int bestStep, Stored stored, Assessment assessment) {
    return new FitReport(
        losses,
        stop,
        best,
        bestStep,
        1,
        ImmutableList.of(),
        0,
        0,
        ImmutableList.of(RateStage.first()),
        ImmutableList.of(),
        Optional.empty(),
        stored,
        assessment,
        NOT_JUDGED,
        LocalMinimum.unknown("no reason"),
        Optional.empty(),
        Optional.empty(),
        ImmutableSet.of(),
        ImmutableList.of(),
        0.5);
  }

  private static Assessment good() {
    return new Assessment(
        new Khat(0.25, 1000, ""), 812.3, -5.377123, 0.0213, new Shift("mu", 0.05), "");
  }

  private static FitReport report(Losses losses, Assessment assessment) {
    return report(Stop.CONVERGED, losses, 1.25, 4, Stored.last(), assessment);
  }

  @Test
  void readsWell() {
    FitReport report = report(Losses.of(3, 2, 1, 1), good());

    assertThat(report.isConverged()).isTrue();
    assertThat(report.warnings()).isEmpty();
    assertThat(report.toString().lines())
        .containsExactly(
            "fit: converged after 4 steps in 0.50 s (8 steps/s)",
            "  loss: 1.0000 (median of the last tenth), best 1.2500 at step 4",
            "  bound: -5.37712 ± 0.02 from 1,000 draws",
            "  effective size: 812 of 1,000 draws (81%)",
            "  k-hat: 0.25 from 1,000 weights; a small one is no proof: it cannot see what the"
                + " guide misses");
  }

  @Test
  void showsEpochsRatesAndStarts() {
    FitReport report =
        new FitReport(
            Losses.of(3, 2, 1, 1),
            Stop.LISTENER,
            1.25,
            4,
            1,
            ImmutableList.of(),
            0,
            2,
            ImmutableList.of(new RateStage(0, 1, Double.NaN), new RateStage(2, 0.25, 0.0034)),
            ImmutableList.of(5.0, 4.0, 7.5),
            Optional.empty(),
            Stored.last(),
            Assessment.unknown("the data come in batches"),
            NOT_JUDGED,
            LocalMinimum.unknown("no reason"),
            Optional.of("the data come in batches"),
            Optional.of("with 3 draws at once it breaks; to have them at once, mend it"),
            ImmutableSet.of(),
            ImmutableList.of(),
            0.5);

    assertThat(report.toString().lines())
        .containsExactly(
            "fit: stopped by a listener after 4 steps and 2 epochs in 0.50 s (8 steps/s)",
            "  by the engine, since the data come in batches",
            "  draw by draw: with 3 draws at once it breaks; to have them at once, mend it",
            "  loss: 1.0000 (median of the last tenth), best 1.2500 at step 4",
            "  rate: at last 0.250 of the first; the last reduction gained 0.0034 nats",
            "  starts: 3, losses 4.0000 to 7.5000, the least went on",
            "  k-hat: not known: the data come in batches");
  }

  @Test
  void namesTheCauseOfSkippedSteps() {
    FitReport report =
        new FitReport(
            Losses.of(3, Double.NaN, 1, Double.NaN),
            Stop.STEPS,
            Double.NaN,
            0,
            1,
            ImmutableList.of(new SkippedStep(2, Double.NaN, "sample site 'x' has log density nan")),
            2,
            0,
            ImmutableList.of(RateStage.first()),
            ImmutableList.of(),
            Optional.empty(),
            Stored.last(),
            Assessment.unknown("no reason"),
            NOT_JUDGED,
            LocalMinimum.unknown("no reason"),
            Optional.empty(),
            Optional.empty(),
            ImmutableSet.of("a clock", "a file"),
            ImmutableList.of(),
            2);

    assertThat(report.toString().lines())
        .containsExactly(
            "fit: made all its steps after 4 steps in 2.00 s (2 steps/s)",
            "  recorded, though nobody can say whether this changes: a clock; a file",
            "  loss: 1.0000 (median of the last tenth)",
            "  k-hat: not known: no reason",
            "  skipped: 2 steps",
            "    step 2, loss NaN: sample site 'x' has log density nan",
            "    and 1 more");
  }

  /** Each of them turns "converged" into what the stopping rule says. */
  @Test
  void warnsInWordsAndIsThenNotConverged() {
    Losses flat = Losses.of(1, 1);
    double[] slope = new double[1000];
    Arrays.setAll(slope, i -> 0.01 * i);
    double[] falling = new double[1000];
    Arrays.setAll(falling, i -> 10 - 0.01 * i);
    Khat well = new Khat(0.25, 1000, "");
    Map<FitReport, String> warnings = new LinkedHashMap<>();
    warnings.put(
        report(flat, new Assessment(new Khat(0.75, 1000, ""), 100, -1, 0.1, Shift.none(), "")),
        "  k-hat: 0.75 from 1,000 weights; warning: above 0.7 the guide is far from the posterior;"
            + " take a richer guide, or write the model in other variables"
            + " (Reparam.automatic())");
    warnings.put(
        report(flat, Assessment.of(new double[] {-1.0 / 0, -1.0 / 0}, 0, Shift.none())),
        "  k-hat: infinite, fewer than five distinct ones of 2 weights are in their tail; warning:"
            + " above 0.7 the guide is far from the posterior; take a richer guide, or write the"
            + " model in other variables (Reparam.automatic())");
    warnings.put(
        report(flat, new Assessment(well, 49, -1, 0.1, Shift.none(), "")),
        "  warning: the effective size is 4.9% of the draws, below 5%: means and intervals of the"
            + " guide's draws are not the posterior's");
    warnings.put(
        report(flat, new Assessment(well, 500, -1, 0.1, new Shift("w[2,3]", 0.62), "")),
        "  warning: by its weights the mean of 'w[2,3]' is 0.62 standard deviations off; take more"
            + " steps or a richer guide, or svi.importance(data, draws), which counts draws by"
            + " them");
    warnings.put(
        report(flat, new Assessment(well, 500, -1, 0.1, new Shift("w", 0.1, "tau", 0.72), "")),
        "  warning: by its weights the standard deviation of 'tau' is 0.72 times what it should be;"
            + " take more steps or a richer guide, or svi.importance(data, draws), which counts"
            + " draws by them");
    warnings.put(
        report(flat, Assessment.failed("log weight 3 is NaN")),
        "  warning: the guide could not be judged, for its weights failed: log weight 3 is NaN");
    warnings.put(
        report(Losses.of(falling), good()),
        "  warning: the loss was still falling, by 2.0 over the last fifth of the steps; take more"
            + " steps");
    warnings.put(
        report(Losses.of(slope), good()),
        "  warning: the loss was rising, by 2.0 over the last fifth of the steps; take a lower"
            + " rate");

    warnings.forEach(
        (report, warning) -> {
          String text = report.toString();
          assertThat(text.lines()).contains(warning);
          assertThat(text)
              .startsWith("fit: the stopping rule fired after")
              .doesNotContain("converged");
          assertThat(report.isConverged()).isFalse();
          assertThat(report.warnings()).isNotEmpty();
        });
    assertThat(Assessment.of(new double[] {-1.0 / 0}, 0, Shift.none()).toString())
        .startsWith("bound: infinitely low: draws lie where the model has no density");
  }

  @Test
  void saysWhichParametersAreStored() {
    assertThat(report(Stop.STEPS, Losses.of(1), 1, 1, new Stored(true, 0.25), good()).toString())
        .contains(
            "\n"
                + "  stored: the average of the iterates; their bound is 0.250 above that of the"
                + " last\n");
    assertThat(report(Stop.STEPS, Losses.of(1), 1, 1, new Stored(false, 1e6), good()).toString())
        .contains(
            "\n  stored: the last parameters; their bound is 1.00e+06 above that of the average,"
                + " which was therefore not kept\n");
    assertThat(report(Losses.of(1), good()).toString()).doesNotContain("stored");
  }

  @Test
  void theBetterOfAverageAndLastIsStored() {
    double[] last = {-1, -2, -3, -4};

    assertThat(Stored.better(new double[] {-1, -2, -3, -4}, last)).isEqualTo(new Stored(true, 0));
    assertThat(Stored.better(new double[] {-3, -4, -5, -6.1}, last).isAverage()).isFalse();
    assertThat(Stored.better(new double[] {0, -4, -3, -3.5}, last).isAverage()).isTrue();
    assertThat(Stored.better(new double[] {-1.0 / 0, -2, -3, -4}, last).isAverage()).isFalse();
    assertThat(Stored.better(last, new double[] {-1.0 / 0, -2, -3, -4}).isAverage()).isTrue();
    assertThat(Stored.better(new double[0], last)).isEqualTo(new Stored(false, Double.NaN));
    assertThat(Stored.better(new double[0], new double[0])).isEqualTo(new Stored(true, Double.NaN));
  }

  @Test
  void theBestIsTheLeastMeanOfABlock() {
    Smoothing smoothing = new Smoothing();
    int kept = 0;
    for (int step = 1; step <= 400; step++) {
      double loss = step == 120 ? -1e9 : Math.abs(step - 275) + (step == 130 ? Double.NaN : 0);
      kept += smoothing.add(step, loss) ? 1 : 0;
    }

    assertThat(smoothing.bestStep()).isEqualTo(300);
    assertThat(smoothing.best()).isEqualTo(12.5);
    assertThat(kept).isEqualTo(5);
  }
}
