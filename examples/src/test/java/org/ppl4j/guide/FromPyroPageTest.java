package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Summary;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Tensors;

/** Programs of Pyro's tutorials come to what is known of them. */
class FromPyroPageTest {

  @Test
  void theScaleIsRead() {
    Summary.Row weight = FromPyroPage.weigh().get("weight");

    // Precisions 1 and 1 / 0.75²: the mean is (8.5 + 9.5 / 0.75²) / (1 + 1 / 0.75²).
    assertThat(weight.mean()).isCloseTo(9.14, within(0.03));
    assertThat(weight.sd()).isCloseTo(0.6, within(0.03));
  }

  @Test
  void aTraceIsReplayed() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      double logJoint = FromPyroPage.logJoint(params);

      // At most that of the mode, and not far below it.
      double mode = Normal.of(8.5, 1).logProb(9.14) + Normal.of(9.14, 0.75).logProb(9.5);
      assertThat(logJoint).isBetween(mode - 30, mode);
    }
  }

  @Test
  void aConditionalFlowIsLearned() {
    Random random = new Random(1);
    double[] x = random.doubles(1000, -1, 1).toArray();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] + 0.5 * random.nextGaussian();
    }

    double loss = FromPyroPage.learn(new FromPyroPage.Points(Tensors.vector(x), Tensors.vector(y)));

    // The entropy of noise of deviation 0.5, a row.
    double entropy = 0.5 * Math.log(2 * Math.PI * Math.E * 0.25);
    assertThat(loss / x.length).isCloseTo(entropy, within(0.1));
  }
}
