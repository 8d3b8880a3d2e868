package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ppl4j.distributions.Weibull;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.TransformCheck;

/** What is added keeps the laws. */
class AddingYourOwnPageTest {

  /** Weibull's of shape 2 and scale s √2. */
  @Test
  void theDensityIsRayleighs() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray values = run.create(new double[] {0.1, 1, 4}, new Shape(3));
      NDArray scale = run.create(new double[] {1.3}, new Shape(1));

      NDArray found = new AddingYourOwnPage.Rayleigh(scale).logProb(values);

      NDArray expected = Weibull.of(1.3 * Math.sqrt(2), 2).on(run).logProb(values);
      assertThat(Tensors.values(found.sub(expected).abs().max())[0]).isLessThan(1e-12);
    }
  }

  /** Of half the data the posterior of s is as wide as by half as many. */
  @Test
  void halfTheLikelihoodCounts() {
    double[] speeds =
        new Random(1).doubles(400).map(u -> 3 * Math.sqrt(-2 * Math.log(u))).toArray();

    Summary.Row scale = AddingYourOwnPage.tempered(speeds).get("scale");

    double estimate = Math.sqrt(Arrays.stream(speeds).map(x -> x * x / 2).average().orElseThrow());
    assertThat(scale.mean()).isCloseTo(estimate, within(0.05));
    // Fisher's information of s is 4 n / s².
    assertThat(scale.sd()).isCloseTo(estimate / Math.sqrt(4 * 200), within(0.015));
  }

  @Test
  void theTransformKeepsTheLaws() {
    TransformCheck check = AddingYourOwnPage.check();

    assertThat(check.isPassed()).isTrue();
    assertThat(check).asString().startsWith("sinh\n  inverse: exact");
    assertThat(check).asString().contains("\n  log-det against the Jacobian: ");
  }
}
