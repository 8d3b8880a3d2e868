package org.ppl4j.infer.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

/** The evidence that particles gather, and its error. */
class ParticleWeightsTest {

  private static final int PARTICLES = 100;
  private static final int REPETITIONS = 4000;
  private static final double LOADING = 0.25;

  private static Rng noise(int number) {
    return Rng.of(20261128, Rng.Purpose.CHAIN, number, "test");
  }

  @Test
  void withoutResamplingTheEvidenceIsTheMeanProduct() {
    ParticleWeights weights = new ParticleWeights(4);
    weights.add(new double[] {0, Math.log(2), Math.log(3), Double.NEGATIVE_INFINITY});
    weights.add(new double[] {Math.log(5), 0, Math.log(2), 7});

    // The products are 5, 2, 6 and 0, of sum 13 and squares 65.
    assertThat(weights.logEvidence()).isCloseTo(Math.log(13.0 / 4), within(1e-14));
    assertThat(weights.effectiveSize()).isCloseTo(169.0 / 65, within(1e-14));
    double[] shares = {5 / 13.0, 2 / 13.0, 6 / 13.0, 0};
    assertThat(weights.shares()).containsExactly(shares, within(1e-15));
    // The relative variance of a mean of four.
    double variance = 4.0 / 3 * (65 / 169.0 - 1 / 4.0);
    assertThat(weights.standardError()).isCloseTo(Math.sqrt(variance), within(1e-14));
    assertThat(weights.families()).isCloseTo(169.0 / 65, within(1e-14));
    assertThat(weights.resamplings()).isZero();
  }

  @Test
  void afterResamplingWeightsAreEqualAndTheEvidenceStays() {
    ParticleWeights weights = new ParticleWeights(4);
    weights.add(new double[] {0, Math.log(30), Math.log(9), Double.NEGATIVE_INFINITY});
    double before = weights.logEvidence();

    // Strata of 10 of 40: three of the second particle, and one of the third or it or the first.
    int[] chosen = weights.resample(noise(1));

    assertThat(chosen).isSorted().doesNotContain(3).hasSize(4);
    assertThat(Arrays.stream(chosen).filter(i -> i == 1).count()).isBetween(2L, 4L);
    assertThat(weights.logEvidence()).isCloseTo(before, within(1e-14));
    assertThat(weights.logWeights()).containsExactly(0, 0, 0, 0);
    assertThat(weights.effectiveSize()).isCloseTo(4, within(1e-12));
    double ofSecond = Arrays.stream(chosen).filter(i -> i == 1).count() / 4.0;
    double others = 1 - ofSecond; // of one other, or of two apart
    int apart = (int) Arrays.stream(chosen).distinct().count() - 1;
    double squares = ofSecond * ofSecond + (apart == 0 ? 0 : others * others / apart);
    assertThat(weights.families()).isCloseTo(1 / squares, within(1e-12));
    assertThat(weights.resamplings()).isEqualTo(1);
  }

  /** Numbers that go beyond the exponential's range. */
  @Test
  void hugeFactorsDoNotOverflow() {
    ParticleWeights weights = new ParticleWeights(3);
    weights.add(new double[] {-5000, -5001, -6000});
    int[] unused = weights.resample(noise(2));
    weights.add(new double[] {4000, 4000, 4000});

    assertThat(weights.logEvidence())
        .isCloseTo(-1000 + Math.log((1 + Math.exp(-1)) / 3), within(1e-9));
  }

  /**
   * Of x of N(0, 1), which particles keep, four factors exp(b x) one after the other, in whose
   * midst they are resampled: the mean of the evidence is exp(16 b² / 2), and its error is what is
   * told.
   */
  @Test
  void theEvidenceHasNoBiasAndItsErrorIsTold() {
    double exact = Math.pow(4 * LOADING, 2) / 2;
    double sum = 0;
    double squares = 0;
    double told = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      ParticleWeights weights = weighed(noise(i));
      double ratio = Math.exp(weights.logEvidence() - exact);
      sum += ratio;
      squares += ratio * ratio;
      told += Math.pow(ratio * weights.standardError(), 2);
    }
    double mean = sum / REPETITIONS;
    double variance = squares / REPETITIONS - mean * mean;

    assertThat(mean).isCloseTo(1, within(4 * Math.sqrt(variance / REPETITIONS)));
    // Resampling by strata makes somewhat fewer families than it makes error.
    assertThat(told / REPETITIONS / variance).isBetween(0.8, 1.5);
  }

  private static ParticleWeights weighed(Rng rng) {
    double[] x = new double[PARTICLES];
    Arrays.setAll(x, j -> rng.nextNormal());
    ParticleWeights weights = new ParticleWeights(PARTICLES);
    for (int k = 0; k < 4; k++) {
      weights.add(Arrays.stream(x).map(each -> LOADING * each).toArray());
      if (k == 1) {
        double[] before = x;
        int[] chosen = weights.resample(rng.split("resampling"));
        x = Arrays.stream(chosen).mapToDouble(i -> before[i]).toArray();
      }
    }
    return weights;
  }

  @Test
  void whatIsNoFactorIsRefused() {
    assertThatThrownBy(() -> new ParticleWeights(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are 1 particles, but weights need at least 2");
    ParticleWeights weights = new ParticleWeights(2);
    assertThatThrownBy(() -> weights.add(new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are 2 particles, but 3 log factors of weights; pass one for each");
    assertThatThrownBy(() -> weights.add(new double[] {0, Double.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the weight of particle 1 gets log factor NaN; look at the model's densities there");
    double none = Double.NEGATIVE_INFINITY;
    assertThatThrownBy(() -> weights.add(new double[] {none, none}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "all 2 particles have weight 0: the data are impossible where they are; take more"
                + " particles, or look at the model's supports");
  }
}
