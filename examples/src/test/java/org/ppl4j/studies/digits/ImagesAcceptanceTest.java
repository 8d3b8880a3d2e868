package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.infer.density.Density;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** Glow with learned noise needs fewer bits a pixel than flows of vectors and an autoencoder. */
@Tag("acceptance")
class ImagesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("images.3");
  private static final double MOST_BITS = 1.92;
  private static final double MOST_BITS_GIVEN_LABEL = 1.86;
  private static final double ACCURACY = 0.94;
  private static final double MOST_SECONDS = 360;

  /** Of trainings that are compared with one another. */
  private static final int SHORT = 300;

  private static final int DRAWS = 4;

  private static ExampleOptions options() {
    return ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly();
  }

  @Test
  @Tag("images.3")
  void digitsNeedFewBits() {
    ExampleResult result = new ImageFlows().run(options());
    System.out.println(result.table());
    double test = figure(result, "bits.test");
    POINT.atMost("bits.test", test, MOST_BITS);
    POINT.atMost("bits.test.class", figure(result, "bits.test.class"), MOST_BITS_GIVEN_LABEL);
    POINT.atLeast("accuracy", figure(result, "accuracy"), ACCURACY);
    POINT.atMost("seconds.training", figure(result, "seconds.training"), MOST_SECONDS);
    POINT.below("bits.test against vectors", test, figure(result, "bits.vectors"));
    POINT.below("bits.test against an autoencoder", test, figure(result, "bits.autoencoder"));
  }

  private static double figure(ExampleResult result, String name) {
    return result.figures().get(name);
  }

  @Test
  @Tag("images.3")
  void learnedNoiseAndTwoScalesGain() {
    double both = bits(2, true);
    POINT.below("bits with learned noise against uniform", both, bits(2, false));
    POINT.below("bits at two scales against one", both, bits(1, true));
  }

  /** Of test images, after few steps. */
  private static double bits(int scales, boolean learnsNoise) {
    ImageFlows.Parts parts = ImageFlows.Parts.of(options());
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            ImageFlows.glow(manager, parts, scales, learnsNoise, options().withSteps(SHORT))) {
      double sum = 0;
      for (int k = 0; k < DRAWS; k++) {
        sum += Stats.meanOf(density.cellLogProb(parts.test().pixels(manager), 1).toDoubleArray());
      }
      return DigitsScores.bits(sum / DRAWS);
    }
  }
}
