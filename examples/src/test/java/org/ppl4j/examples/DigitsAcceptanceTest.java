package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.FloatType;

/** Coupling flows know more of digits that they have not seen than simpler densities do. */
@Tag("acceptance")
class DigitsAcceptanceTest {

  private static final double GAIN = 0.4;
  private static final double ACCURACY = 0.9;
  private static final double MOST_SECONDS = 180;

  @Test
  @Tag("density.7")
  void digitIsLikelyAndItsLabelIsFound() {
    ExampleResult result = new Digits().run(Quiet.run(0, FloatType.FLOAT32));
    System.out.println(result.table());
    double test = figure(result, "bits.test");
    double given = figure(result, "bits.test.class");
    double simple = Math.min(figure(result, "bits.independent"), figure(result, "bits.normal"));
    double accuracy = figure(result, "accuracy");
    double seconds = figure(result, "seconds.training");
    line("bits.test", test, simple - GAIN, test <= simple - GAIN);
    line("bits.test.class", given, test, given < test);
    line("accuracy", accuracy, ACCURACY, accuracy >= ACCURACY);
    line("seconds.training", seconds, MOST_SECONDS, seconds <= MOST_SECONDS);

    assertThat(test).isLessThanOrEqualTo(simple - GAIN);
    assertThat(given).isLessThan(test);
    assertThat(accuracy).isGreaterThanOrEqualTo(ACCURACY);
    assertThat(seconds).isLessThanOrEqualTo(MOST_SECONDS);
  }

  private static double figure(ExampleResult result, String name) {
    return result.figures().get(name);
  }

  private static void line(String what, double figure, double bound, boolean pass) {
    System.out.printf(
        Locale.ROOT, "density.7 %s %.3f %.3f %s%n", what, figure, bound, pass ? "pass" : "FAIL");
  }
}
