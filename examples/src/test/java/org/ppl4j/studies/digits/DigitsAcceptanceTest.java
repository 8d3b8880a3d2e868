package org.ppl4j.studies.digits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** Coupling flows know more of digits that they have not seen than simpler densities do. */
@Tag("acceptance")
class DigitsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("density.7");
  private static final double GAIN = 0.4;
  private static final double ACCURACY = 0.9;
  private static final double MOST_SECONDS = 180;

  @Test
  @Tag("density.7")
  void digitIsLikelyAndItsLabelIsFound() {
    ExampleResult result =
        new Digits().run(ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly());
    System.out.println(result.table());
    double test = figure(result, "bits.test");
    double given = figure(result, "bits.test.class");
    double simple = Math.min(figure(result, "bits.independent"), figure(result, "bits.normal"));
    double accuracy = figure(result, "accuracy");
    double seconds = figure(result, "seconds.training");
    POINT.atMost("bits.test", test, simple - GAIN);
    POINT.below("bits.test.class", given, test);
    POINT.atLeast("accuracy", accuracy, ACCURACY);
    POINT.atMost("seconds.training", seconds, MOST_SECONDS);
  }

  private static double figure(ExampleResult result, String name) {
    return result.figures().get(name);
  }
}
