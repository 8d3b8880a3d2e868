package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;
import static org.ppl4j.infer.density.NormalRows.two;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.infer.density.DensityReport.Alternative;
import org.ppl4j.infer.density.DensityReport.Look;
import org.ppl4j.testing.LeakCheck;

/** What a report says, and what it warns of. */
@ExtendWith(LeakCheck.class)
class DensityReportTest {

  private static final int STEPS = 200;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private DensityReport fitted(int rows) {
    try (Density density =
        NORMAL
            .training(QUICK.steps(STEPS).patience(10 * STEPS))
            .fit(NormalRows.table(manager, two(rows), 2))) {
      return density.report().orElseThrow();
    }
  }

  /** A report of the same training with other figures. */
  private static DensityReport with(
      DensityReport real, int looked, double early, double last, double error, double trained) {
    Look first = new Look(STEPS / 2, early, early);
    Look best = new Look(STEPS, last, last);
    return new DensityReport(
        real.fit(),
        real.rows(),
        looked,
        ImmutableList.of(first, best),
        last > early ? best : first,
        error,
        trained,
        real.steps(),
        real.spikes());
  }

  @Test
  void aGoodFitHasNoWarningAndAnError() {
    double[] values = two(400);
    double[] held = Arrays.copyOfRange(values, 500, 800);
    try (Density density =
        NORMAL
            .training(QUICK.steps(STEPS))
            .fit(
                NormalRows.table(manager, Arrays.copyOf(values, 500), 2),
                NormalRows.table(manager, held, 2))) {
      DensityReport report = density.report().orElseThrow();
      double[] logs = density.logProb(NormalRows.table(manager, held, 2)).toDoubleArray();
      double mean = Arrays.stream(logs).average().orElseThrow();
      double square = Arrays.stream(logs).map(log -> (log - mean) * (log - mean)).sum();

      assertThat(report.standardError())
          .isCloseTo(Math.sqrt(square / 149 / 150), within(1e-12 * Math.abs(mean)));
      assertThat(report.toString()).contains(" ± ").doesNotContain("warning");
      assertThat(report.warnings()).isEmpty();
    }
  }

  @Test
  void fewRowsToLookAtAreNamed() {
    DensityReport report = fitted(3);
    assertThat(report.standardError()).isNaN();
    assertThat(report.warnings())
        .contains(
            "1 row is too few to look at: which parameters stand, and their mean log-density, may"
                + " be chance; pass more rows, or a greater share by Training.validation");
    assertThat(report.toString()).contains("\n  warning: 1 row is").doesNotContain("±");
    assertThat(fitted(50).warnings().get(0)).startsWith("5 rows are too few to look at");
    assertThat(with(fitted(50), 10, 0, 0, 0.1, 0).warnings()).isEmpty();
  }

  @Test
  void rowsThatAreStillBecomingLikelierAreNamed() {
    DensityReport real = fitted(200);
    assertThat(with(real, 20, -2, -1.5, 0.1, -1.5).warnings())
        .containsExactly(
            "the other rows were still becoming likelier, by 0.50 nats in the last quarter of the"
                + " steps; take more by Training.steps, or see whether rows lie on a curve or a"
                + " surface, where a density grows without end");
    assertThat(with(real, 20, -2, -1.95, 0.1, -1.5).warnings()).isEmpty();
    assertThat(with(real, 20, -2, -2.5, 0.1, -1.5).warnings()).isEmpty();
  }

  @Test
  void trainingOfAFlowWithoutAPartIsNoWarning() {
    DensityReport known = with(fitted(200), 20, -2, -1.5, 0.1, 0);
    assertThat(known.warnings()).hasSize(2);
    for (double weight : new double[] {0, 0.1}) {
      ImmutableList<Alternative> beside =
          ImmutableList.of(
              new Alternative("flow", -1.5, weight),
              new Alternative("normal distribution", -1, 1 - weight));
      assertThat(known.with(beside, ImmutableList.of()).warnings()).hasSize(weight > 0 ? 2 : 0);
    }
  }

  @Test
  void rowsThatAreKnownByHeartAreNamed() {
    DensityReport real = fitted(200);
    assertThat(with(real, 20, -2, -2, 0.1, -0.5).warnings())
        .containsExactly(
            "the rows trained on are likelier than the others by 1.5 nats: the flow knows some of"
                + " them by heart; pass more rows, or a flow of fewer parameters");
    assertThat(with(real, 20, -2, -2, 0.6, -0.5).warnings()).isEmpty();
    assertThat(with(real, 20, -2, -2, 0.1, -1.1).warnings()).isEmpty();
  }
}
