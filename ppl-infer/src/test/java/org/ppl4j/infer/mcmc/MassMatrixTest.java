package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import java.util.stream.Stream;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Rng;

/** Mass matrices against Hipparchus. */
class MassMatrixTest {

  private static final double[][] COVARIANCE = {{4, 1.5, -0.3}, {1.5, 1, 0.2}, {-0.3, 0.2, 0.25}};
  private static final double[][] VARIANCES = {{4, 0, 0}, {0, 1, 0}, {0, 0, 0.25}};

  /** S (I + 4 u uᵀ − 0.7 v vᵀ) S, by hand. */
  private static final double[][] LOW_RANK = {{9.76, 3.84, 0}, {3.84, 3.56, 0}, {0, 0, 0.075}};

  /** Draws of momenta, so many that an entry of their covariance is known to about 1%. */
  private static final int DRAWS = 20_000;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(MassMatrix mass, double[][] inverse) {}

  static Stream<Named<Case>> cases() {
    return Stream.of(
        Named.of("diagonal", new Case(DiagonalMass.of(new double[] {4, 1, 0.25}), VARIANCES)),
        Named.of(
            "of low rank",
            new Case(
                new LowRankMass(
                    new double[] {2, 1, 0.5},
                    new double[][] {{0.6, 0.8, 0}, {0, 0, 1}},
                    new double[] {5, 0.3}),
                LOW_RANK)),
        Named.of("dense", new Case(DenseMass.of(Doubles.concat(COVARIANCE), 3), COVARIANCE)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void velocityIsTheInverseTimesTheMomentum(Case each) {
    double[] momentum = {0.3, -1, 2};
    double[] velocity = new double[3];
    each.mass().velocity(momentum, velocity);

    assertThat(velocity)
        .containsExactly(
            MatrixUtils.createRealMatrix(each.inverse()).operate(momentum), within(1e-14));
  }

  /** Within 5 standard errors, 9 entries each. */
  @ParameterizedTest
  @MethodSource("cases")
  void momentaHaveTheCovarianceOfTheMass(Case each) {
    RealMatrix mass = MatrixUtils.inverse(MatrixUtils.createRealMatrix(each.inverse()));
    double[][] sums = new double[3][3];
    double[] momentum = new double[3];
    Rng rng = Targets.noise(1);
    for (int draw = 0; draw < DRAWS; draw++) {
      each.mass().draw(rng, momentum);
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          sums[i][j] += momentum[i] * momentum[j];
        }
      }
    }

    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double wanted = mass.getEntry(i, j);
        double variance = mass.getEntry(i, i) * mass.getEntry(j, j) + wanted * wanted;
        assertThat(sums[i][j] / DRAWS).isCloseTo(wanted, within(5 * Math.sqrt(variance / DRAWS)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theInverseTurnsVelocitiesBack(Case each) {
    double[] momentum = {0.3, -1, 2};
    double[] velocity = new double[3];
    double[] back = new double[3];
    each.mass().velocity(momentum, velocity);
    each.mass().inverted().velocity(velocity, back);

    assertThat(back).containsExactly(momentum, within(1e-13));
  }

  @Test
  void ofWhatHasNoFactorTheDiagonalIsTaken() {
    MassMatrix mass = DenseMass.of(new double[] {1, 2, 2, 1}, 2);
    double[] velocity = new double[2];
    mass.velocity(new double[] {3, 5}, velocity);

    assertThat(velocity).containsExactly(3, 5);
  }

  @Test
  void theUnitMatrixKeepsMomenta() {
    double[] velocity = new double[2];
    DiagonalMass.unit(2).velocity(new double[] {3, 5}, velocity);

    assertThat(velocity).containsExactly(3, 5);
  }
}
