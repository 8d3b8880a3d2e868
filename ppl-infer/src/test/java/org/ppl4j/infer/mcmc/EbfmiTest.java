package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

class EbfmiTest {

  /** Independent energies have 2; those that keep a share ρ of the one before 2 (1 − ρ). */
  @Test
  void isThatOfAnAutoregression() {
    for (double kept : new double[] {0, 0.5, 0.9}) {
      Rng rng = Targets.noise(1);
      double[] energies = new double[100_000];
      for (int i = 1; i < energies.length; i++) {
        energies[i] = kept * energies[i - 1] + Math.sqrt(1 - kept * kept) * rng.nextNormal();
      }

      assertThat(Ebfmi.of(energies, energies.length)).isCloseTo(2 * (1 - kept), within(0.03));
    }
  }

  @Test
  void onlyThoseThatCountAreLookedAt() {
    assertThat(Ebfmi.of(new double[] {0, 1, 0, 1, 1000}, 4)).isEqualTo(3);
    assertThat(Ebfmi.of(new double[] {1, 1, 1}, 3)).isNaN();
    assertThat(Ebfmi.of(new double[3], 0)).isNaN();
  }
}
