package org.ppl4j.studies.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.testing.LeakCheck;

/** The classifier's score is that of scikit-learn's on two stored pairs of sets; see SOURCE.txt. */
@ExtendWith(LeakCheck.class)
class C2stTest {

  private static final int ROWS = 4000;

  private static double[] reference(int from, int rows, String... columns) {
    double[] all =
        Resources.csv(SbiTask.class, "sbibm/gaussian_linear/reference_obs1.csv", columns);
    return Arrays.copyOfRange(all, from * columns.length, (from + rows) * columns.length);
  }

  @Test
  @Tag("acceptance")
  @Tag("density.2")
  void scoreOfAWiderLawIsThatOfScikitLearn() {
    double[] first = reference(0, ROWS, "parameter_1", "parameter_2");
    double[] second =
        Resources.csv(C2stTest.class, "c2st/normal_2.csv", "parameter_1", "parameter_2");
    assertThat(C2st.score(first, second, 2, 1)).isCloseTo(0.7205, within(0.01));
  }

  @Test
  @Tag("acceptance")
  @Tag("density.2")
  void scoreOfACorrelationIsThatOfScikitLearn() {
    double[] first = reference(ROWS, ROWS, "parameter_3", "parameter_4", "parameter_5");
    double[] second =
        Resources.csv(
            C2stTest.class, "c2st/normal_3.csv", "parameter_3", "parameter_4", "parameter_5");
    assertThat(C2st.score(first, second, 3, 1)).isCloseTo(0.6882, within(0.01));
  }

  @Test
  void setsOfOneLawCannotBeTold() {
    int rows = 1000;
    double[] columns = reference(0, rows, "parameter_1", "parameter_2");
    double[] others = reference(ROWS, rows, "parameter_1", "parameter_2");
    // Four standard errors of the share of 2,000 rows.
    assertThat(C2st.score(columns, others, 2, 1))
        .isCloseTo(0.5, within(4 * 0.5 / Math.sqrt(2 * rows)));
  }

  @Test
  void setsOfDifferentSizesAreRefused() {
    assertThatThrownBy(() -> C2st.score(new double[20], new double[30], 2, 1))
        .hasMessage(
            "test has sets of 20 and 30 numbers; pass as many rows, a multiple of 5, of 2 numbers");
  }
}
