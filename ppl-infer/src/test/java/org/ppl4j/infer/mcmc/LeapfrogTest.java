package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The integrator against what is known of it. */
class LeapfrogTest {

  private static PhasePoint placed(Leapfrog leapfrog, double... position) {
    PhasePoint point = new PhasePoint(position.length);
    leapfrog.target().place(position, point);
    leapfrog.refresh(point, Targets.noise(1));
    return point;
  }

  /**
   * Of an oscillator it keeps p² + (1 − ε²/4) q² to rounding, however large the step (Leimkuhler
   * and Reich, "Simulating Hamiltonian dynamics", 2004).
   */
  @Test
  void keepsTheEnergyThatItHasOfAnOscillator() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(1, 1), 1);
    for (double stepSize : new double[] {0.1, 0.9, 1.9}) {
      leapfrog.stepSize(stepSize);
      PhasePoint point = placed(leapfrog, 0.7);
      double kept = kept(point, stepSize);
      for (int i = 0; i < 1000; i++) {
        leapfrog.step(point, 1);
        assertThat(kept(point, stepSize)).isCloseTo(kept, within(1e-11 * kept));
      }
    }
  }

  private static double kept(PhasePoint point, double stepSize) {
    double p = point.momentum[0];
    double q = point.position[0];
    return p * p + (1 - stepSize * stepSize / 4) * q * q;
  }

  @Test
  void goesBackWhereItCameFrom() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.quartic(), 3);
    leapfrog.stepSize(0.2);
    PhasePoint point = placed(leapfrog, 0.3, -1, 2);
    PhasePoint before = new PhasePoint(3);
    before.copy(point);
    for (int i = 0; i < 100; i++) {
      leapfrog.step(point, 1);
    }
    assertThat(Math.abs(point.position[0] - before.position[0])).isGreaterThan(0.01);
    for (int i = 0; i < 100; i++) {
      leapfrog.step(point, -1);
    }

    assertThat(point.position).containsExactly(before.position, within(1e-10));
    assertThat(point.momentum).containsExactly(before.momentum, within(1e-10));
    assertThat(point.energy).isCloseTo(before.energy, within(1e-10));
  }

  /** Half the step, a quarter of the error; 2% for terms of higher order. */
  @Test
  void theErrorOfTheEnergyIsOfSecondOrder() {
    double coarse = error(100);
    double fine = error(200);

    assertThat(Math.abs(coarse)).isGreaterThan(1e-9);
    assertThat(coarse / fine).isCloseTo(4, within(0.08));
  }

  private static double error(int steps) {
    Leapfrog leapfrog = Targets.leapfrog(Targets.quartic(), 1);
    leapfrog.stepSize(1.3 / steps);
    PhasePoint point = placed(leapfrog, 1);
    double before = point.energy;
    for (int i = 0; i < steps; i++) {
      leapfrog.step(point, 1);
    }
    return point.energy - before;
  }

  @Test
  void energyIsInfiniteWhereThereIsNoDensity() {
    for (double nowhere :
        new double[] {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
      Leapfrog leapfrog = Targets.leapfrog((u, gradient) -> nowhere, 1);
      PhasePoint point = placed(leapfrog, 1);
      leapfrog.step(point, 1);

      assertThat(point.energy).isEqualTo(Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void gradientsAreCounted() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.quartic(), 1);
    PhasePoint point = placed(leapfrog, 1);
    leapfrog.step(point, 1);
    leapfrog.step(point, -1);

    assertThat(leapfrog.target().evaluations()).isEqualTo(3);
  }
}
