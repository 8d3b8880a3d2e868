package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.guide.ShapesAndPlatesPage.Rows;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.LooComparison;

/** What is right is found right, and the better model better, by what is known in closed form. */
class IsItRightPageTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final Rows rows = LineData.rows(manager);

  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aPosteriorIsJudged() {
    Summary asItIs = IsItRightPage.asItIs(rows);

    assertThat(asItIs).matches(LineData::isFitted);
    assertThat(asItIs.get("b").rhat()).isLessThan(1.02);
  }

  @Test
  void aPoorGuideIsWarnedOf() {
    assertThat(IsItRightPage.warned()).isNotEmpty();
  }

  @Test
  void whatIsExactIsCalibrated() {
    SimulationCalibration calibration = IsItRightPage.calibrated(100);

    assertThat(calibration.warnings()).isEmpty();
    assertThat(calibration.ranks("mean").length()).isEqualTo(100);
  }

  @Test
  void modelsAreCompared() {
    LooComparison compared = IsItRightPage.compared(rows, LineData.FLAT);

    assertThat(compared.rows()).extracting(LooComparison.Row::name).containsExactly("line", "flat");
    // What a line explains, in halves of squares: Σ (3 x)² / 2 is 300, less for a parameter more.
    assertThat(compared.rows().get(1).difference().value()).isCloseTo(-300, within(5.0));
    // The same, less log √(100 Σ x²) for the prior of the slope.
    assertThat(IsItRightPage.logBayesFactor(rows, LineData.FLAT)).isCloseTo(300 - 4.4, within(5.0));
  }

  @Test
  void aModelIsChecked() {
    // Of data without noise, those that are made of noise of variance 1 reach far beyond.
    assertThat(IsItRightPage.checked(rows, folder).pValue()).isGreaterThan(0.95);
    assertThat(folder.resolve("check.png")).exists();
  }
}
