package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

/** Which densities are normal, and which normal ones. */
class NormalPriorTest {

  private static final double TOLERANCE = 1e-6;
  private static final double[][] COVARIANCE = {
    {1e-4, 0.004, 0.5}, {0.004, 1, 30}, {0.5, 30, 1e4},
  };

  private static Target at(double[] centre, Target around) {
    return (u, gradient) -> {
      double[] apart = new double[u.length];
      Arrays.setAll(apart, i -> u[i] - centre[i]);
      return around.evaluate(apart, gradient);
    };
  }

  private static NormalPrior found(Target target, double... start) {
    return NormalPrior.of(target, start, TOLERANCE).orElseThrow();
  }

  /** Scales from 0.01 to 100, correlations of 0.3 to 0.5, away from where it is looked for. */
  @Test
  void aNormalDensityIsFound() {
    double[] centre = {3, -200, 1000};
    NormalPrior prior = found(at(centre, Targets.normal(COVARIANCE)), 1, -1, 0.5);

    for (int i = 0; i < 3; i++) {
      double sd = Math.sqrt(COVARIANCE[i][i]);
      assertThat(prior.mean()[i]).isCloseTo(centre[i], within(1e-6 * sd));
    }
    assertThat(prior.covariance()).isInstanceOf(DenseMass.class);
    RealMatrix inverse = MatrixUtils.inverse(MatrixUtils.createRealMatrix(COVARIANCE));
    double[] column = new double[3];
    prior.covariance().velocity(new double[] {0, 0, 1}, column);
    assertThat(column[1]).isCloseTo(inverse.getEntry(1, 2), within(1e-9));
    assertThat(column[2]).isCloseTo(inverse.getEntry(2, 2), within(1e-9));
  }

  /** Its draws have its covariance. */
  @Test
  void drawsAreOfItsCovariance() {
    MassMatrix covariance = found(Targets.normal(COVARIANCE), 0, 0, 0).covariance();
    Rng rng = Targets.noise(2);
    int draws = 20_000;
    double[] x = new double[3];
    double[] sums = new double[3];
    for (int i = 0; i < draws; i++) {
      covariance.draw(rng, x);
      sums[0] += x[0] * x[0];
      sums[1] += x[0] * x[2];
      sums[2] += x[2] * x[2];
    }
    // Within four standard errors, of at most √2 times the scales.
    double within = 4 * Math.sqrt(2.0 / draws);
    assertThat(sums[0] / draws / 1e-4).isCloseTo(1, within(within));
    assertThat(sums[1] / draws).isCloseTo(0.5, within(within));
    assertThat(sums[2] / draws / 1e4).isCloseTo(1, within(within));
  }

  @Test
  void independentNumbersTakeNoMatrix() {
    NormalPrior prior = found(Targets.normal(4, 0.5), 1, 0, 0, 2);

    assertThat(prior.covariance()).isInstanceOf(DiagonalMass.class);
    double[] slopes = new double[4];
    prior.covariance().velocity(new double[] {1, 2, 0, 0}, slopes);
    assertThat(slopes).containsExactly(new double[] {4, 8, 0, 0}, within(1e-12));
    assertThat(prior.mean()).containsExactly(new double[4], within(1e-12));
  }

  @Test
  void oneNumber() {
    assertThat(found(at(new double[] {-7}, Targets.normal(1, 1e-3)), 1.5).mean()[0])
        .isCloseTo(-7, within(1e-9));
  }

  private static boolean isNormal(Target target, double... start) {
    return NormalPrior.of(target, start, TOLERANCE).isPresent();
  }

  private static Target constant(double value) {
    return (u, gradient) -> {
      Arrays.fill(gradient, value);
      return value;
    };
  }

  @Test
  void othersAreNot() {
    Target funnel =
        (u, gradient) -> {
          double precision = Math.exp(-u[0]);
          gradient[0] = -u[0] / 9 - 0.5 + u[1] * u[1] * precision / 2;
          gradient[1] = -u[1] * precision;
          return -u[0] * u[0] / 18 - u[0] / 2 - u[1] * u[1] * precision / 2;
        };
    Target valley =
        (u, gradient) -> {
          gradient[0] = u[0];
          return u[0] * u[0] / 2;
        };

    assertThat(isNormal(Targets.normal(2, 1), 0, 1)).isTrue();
    assertThat(isNormal(Targets.logGamma(3), 1)).isFalse();
    assertThat(isNormal(Targets.logGamma(1e5), Math.log(1e5))).isFalse(); // nearly
    assertThat(isNormal(Targets.quartic(), 1, 1)).isFalse();
    assertThat(isNormal(funnel, 0, 0)).isFalse();
    assertThat(isNormal(constant(0), 0)).isFalse();
    assertThat(isNormal(constant(Double.NaN), 0)).isFalse();
    assertThat(isNormal(valley, 0)).isFalse();
  }
}
