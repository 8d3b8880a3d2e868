package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.distribution.continuous.TDistribution;
import org.junit.jupiter.api.Test;

/** The reference densities of elliptical slices. */
class EllipsesTest {

  @Test
  void aTDensityIsHipparchus() {
    Ellipses ellipses = Ellipses.t(5, 1);
    ellipses.set(new double[] {2}, DiagonalMass.of(new double[] {1 / 9.0})); // of scale 3
    TDistribution t = new TDistribution(5);
    double atCentre = ellipses.logDensity(new double[] {2});
    for (double x : new double[] {-40, 0, 2.5, 7}) {
      double expected = t.logDensity((x - 2) / 3) - t.logDensity(0);
      assertThat(ellipses.logDensity(new double[] {x}) - atCentre)
          .isCloseTo(expected, within(1e-12));
    }
  }

  /** Both axes of the ellipse: where the chain is, and the draw. */
  @Test
  void anglesTurnFromHereToTheDraw() {
    Ellipses ellipses = Ellipses.normal(new double[] {1, 2}, DiagonalMass.of(new double[] {1, 1}));
    double[] x = {4, -1};
    double[] deviation = {0.5, 10};
    double[] to = new double[2];

    ellipses.turn(x, deviation, 0, to);
    assertThat(to).containsExactly(x, within(1e-15));
    ellipses.turn(x, deviation, Math.PI / 2, to);
    assertThat(to).containsExactly(new double[] {1.5, 12}, within(1e-14));
    ellipses.turn(x, deviation, Math.PI, to);
    assertThat(to).containsExactly(new double[] {-2, 5}, within(1e-14));
  }
}
