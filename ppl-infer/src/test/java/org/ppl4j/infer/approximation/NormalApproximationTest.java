package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.hipparchus.distribution.multivariate.MultivariateNormalDistribution;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.stat.correlation.Covariance;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Of full covariance and of low rank, against Hipparchus. */
@ExtendWith(LeakCheck.class)
class NormalApproximationTest {

  private static final int SIZE = 4;

  private static final double[] LOCATION = {1, -2, 0.5, 300};

  static Stream<Named<NormalApproximation>> normals() {
    return Stream.of(
        Named.of("full", full()),
        Named.of("of low rank", ofLowRank()),
        Named.of("of few directions", ofDirections()),
        Named.of("of none", NormalApproximation.of(LOCATION, SCALE, new double[0][], NONE)));
  }

  private static final double[] SCALE = {2, 0.1, 1, 30};
  private static final double[] NONE = {};

  private static NormalApproximation ofDirections() {
    double[][] directions = {{0.6, 0.8, 0, 0}, {0, 0, 1, 0}};
    return NormalApproximation.of(LOCATION, SCALE, directions, new double[] {9, 0.25});
  }

  /** S (I + Uᵀ (Λ − I) U) S by hand. */
  @Test
  void covarianceIsThatOfItsDirections() {
    double[][] covariance = covariance(ofDirections());
    assertThat(covariance[0])
        .containsExactly(new double[] {4 * (1 + 8 * 0.36), 0.2 * 8 * 0.48, 0, 0}, within(1e-12));
    assertThat(covariance[2]).containsExactly(new double[] {0, 0, 0.25, 0}, within(1e-12));
    assertThat(covariance[3]).containsExactly(new double[] {0, 0, 0, 900}, within(1e-9));
    assertThat(covariance(NormalApproximation.of(LOCATION, SCALE, new double[0][], NONE))[0])
        .containsExactly(new double[] {4, 0, 0, 0}, within(1e-12));
  }

  private static double[] precision() {
    double[] precision = {4, 1, 0, 30, 1, 9, -2, 10, 0, -2, 1, 2, 30, 10, 2, 900};
    return precision;
  }

  private static NormalApproximation full() {
    return Precision.of(RunConfig.defaults(), precision(), SIZE).normal(LOCATION);
  }

  /** Of one pair, so that β has two columns. */
  private static NormalApproximation ofLowRank() {
    InverseHessian inverse = new InverseHessian(SIZE, 3);
    inverse.add(new double[] {1, 0.5, -1, 0.01}, new double[] {2, 2, -0.5, 5});
    return inverse.normal(LOCATION, new double[SIZE]).orElseThrow();
  }

  private static double[][] covariance(NormalApproximation normal) {
    double[] flat = normal.covariance();
    double[][] rows = new double[SIZE][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * SIZE, (i + 1) * SIZE));
    return rows;
  }

  @Test
  void covarianceIsTheInverseOfThePrecision() {
    RealMatrix expected =
        new LUDecomposition(
                new Array2DRowRealMatrix(
                    new double[][] {
                      {4, 1, 0, 30}, {1, 9, -2, 10}, {0, -2, 1, 2}, {30, 10, 2, 900}
                    }))
            .getSolver()
            .getInverse();
    NormalApproximation normal = full();
    for (int i = 0; i < SIZE; i++) {
      assertThat(normal.variances()[i])
          .isCloseTo(expected.getEntry(i, i), within(1e-12 * expected.getEntry(i, i)));
      for (int j = 0; j < SIZE; j++) {
        assertThat(covariance(normal)[i][j])
            .isCloseTo(expected.getEntry(i, j), within(1e-12 * expected.getNorm1()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("normals")
  void densityIsThatOfTheCovariance(NormalApproximation normal) {
    MultivariateNormalDistribution expected =
        new MultivariateNormalDistribution(LOCATION, covariance(normal));
    SplittableRandom random = new SplittableRandom(3);
    for (int k = 0; k < 20; k++) {
      double[] u = LOCATION.clone();
      Arrays.setAll(u, i -> LOCATION[i] + random.nextGaussian() * Math.sqrt(normal.variances()[i]));
      double log = Math.log(expected.density(u));
      assertThat(normal.logProb(u)).isCloseTo(log, within(1e-10 * (1 + Math.abs(log))));
    }
    double volume =
        new LUDecomposition(new Array2DRowRealMatrix(covariance(normal))).getDeterminant();
    assertThat(normal.logDeterminant()).isCloseTo(Math.log(volume), within(1e-10));
  }

  @ParameterizedTest
  @MethodSource("normals")
  void drawsHaveTheCovariance(NormalApproximation normal) {
    int count = 40_000;
    double[] draws = normal.draws(Rng.of(7, Rng.Purpose.PREDICT, 0, "draws"), count);
    double[][] rows = new double[count][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(draws, i * SIZE, (i + 1) * SIZE));
    RealMatrix sample = new Covariance(rows).getCovarianceMatrix();
    double[] variances = normal.variances();
    for (int i = 0; i < SIZE; i++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[i];
      }
      assertThat(sum / count).isCloseTo(LOCATION[i], within(4.5 * Math.sqrt(variances[i] / count)));
      for (int j = 0; j < SIZE; j++) {
        // The variance of a sample covariance is at most 2 σᵢ² σⱼ² / n.
        double error = 4.5 * Math.sqrt(2 * variances[i] * variances[j] / count);
        assertThat(sample.getEntry(i, j)).isCloseTo(covariance(normal)[i][j], within(error));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("normals")
  void timesIsTheProductWithTheCovariance(NormalApproximation normal) {
    double[] v = {1, -2, 3, 0.1};
    double[] expected = new Array2DRowRealMatrix(covariance(normal)).operate(v);
    double[] product = normal.times(v);
    for (int i = 0; i < SIZE; i++) {
      assertThat(product[i]).isCloseTo(expected[i], within(1e-12 * (1 + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("normals")
  void scaleTrilIsTheCholeskyFactor(NormalApproximation normal) {
    RealMatrix expected =
        new CholeskyDecomposition(new Array2DRowRealMatrix(covariance(normal)), 1e-9, 0).getL();
    double[] lower = normal.scaleTril();
    for (int k = 0; k < SIZE * SIZE; k++) {
      assertThat(lower[k]).isCloseTo(expected.getEntry(k / SIZE, k % SIZE), within(1e-10));
    }
  }

  @ParameterizedTest
  @MethodSource("normals")
  void conditionalVariancesAreThoseOfTheInverse(NormalApproximation normal) {
    RealMatrix precision =
        new LUDecomposition(new Array2DRowRealMatrix(covariance(normal))).getSolver().getInverse();
    for (int i = 0; i < SIZE; i++) {
      double expected = 1 / precision.getEntry(i, i);
      assertThat(normal.conditionalVariances()[i]).isCloseTo(expected, within(1e-9 * expected));
    }
  }

  @ParameterizedTest
  @MethodSource("normals")
  void partsAreThoseOfCovarianceAndPrecision(NormalApproximation normal) {
    int[] places = {3, 0, 1};
    RealMatrix covariance = new Array2DRowRealMatrix(covariance(normal));
    RealMatrix precision = new LUDecomposition(covariance).getSolver().getInverse();
    NormalApproximation marginal = normal.marginal(places);
    NormalApproximation conditional = normal.conditional(places);
    RealMatrix block =
        new LUDecomposition(precision.getSubMatrix(places, places)).getSolver().getInverse();
    double[] deviations = Arrays.stream(normal.variances()).map(Math::sqrt).toArray();
    for (int i = 0; i < 3; i++) {
      assertThat(marginal.location()[i]).isEqualTo(LOCATION[places[i]]);
      assertThat(conditional.location()[i]).isEqualTo(LOCATION[places[i]]);
      for (int j = 0; j < 3; j++) {
        double unit = deviations[places[i]] * deviations[places[j]];
        assertThat(marginal.covariance()[3 * i + j])
            .isCloseTo(covariance.getEntry(places[i], places[j]), within(1e-10 * unit));
        assertThat(conditional.covariance()[3 * i + j])
            .isCloseTo(block.getEntry(i, j), within(1e-9 * unit));
      }
    }
    for (int k = 0; k < SIZE * SIZE; k++) {
      double unit = deviations[k / SIZE] * deviations[k % SIZE];
      assertThat(normal.precision()[k] * unit)
          .isCloseTo(precision.getEntry(k / SIZE, k % SIZE) * unit, within(1e-8));
    }
  }

  @Test
  void aMixtureCountsItsPartsAlike() {
    NormalApproximation near = ofLowRank();
    NormalApproximation far = near.at(new double[] {1.5, -2, 0.5, 300});
    Mixture mixture = new Mixture(ImmutableList.of(near, far));
    double[] u = near.draws(Rng.of(2, Rng.Purpose.PREDICT, 0, "u"), 1);
    assertThat(mixture.logProb(u))
        .isCloseTo(
            Math.log((Math.exp(near.logProb(u)) + Math.exp(far.logProb(u))) / 2), within(1e-12));

    Rng noise = Rng.of(1, Rng.Purpose.PREDICT, 0, "mixture");
    double[] draws = mixture.draws(noise, 5);
    assertThat(mixture.draws(noise, 9)).startsWith(draws);
    assertThat(Arrays.copyOfRange(draws, 0, SIZE)).isEqualTo(near.draws(noise.split(0), 1));
    assertThat(Arrays.copyOfRange(draws, SIZE, 2 * SIZE)).isEqualTo(far.draws(noise.split(1), 1));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> full().logProb(new double[3]))
        .hasMessage("vector of a normal approximation has 3 numbers, but it is of 4; pass so many");
    assertThatThrownBy(() -> full().draws(Rng.of(1, Rng.Purpose.PREDICT, 0, "none"), -1))
        .hasMessage("normal approximation is asked for -1 draws; ask for some");
  }

  /** A saddle: of 2 x y no axis bends, but the diagonal does. */
  @Test
  void sayWhereAMatrixIsNotPositive() {
    double[] saddle = {1, 2, 0, 2, 1, 0, 0, 0, 5};
    Precision.Direction direction =
        Precision.of(RunConfig.defaults(), saddle, 3).flat().orElseThrow();
    assertThat(direction.vector()).containsExactly(-1, 0.5, 0);
    assertThat(direction.curvature()).isCloseTo(-0.75, within(1e-12)); // 1 − 2 + ¼

    double[] ridge = {1, -1, -1, 1};
    direction = Precision.of(RunConfig.defaults(), ridge, 2).flat().orElseThrow();
    assertThat(direction.vector()).containsExactly(1, 1);
    assertThat(direction.curvature()).isCloseTo(0, within(1e-12));

    double nearly = 1 - 1e-15; // positive definite but for rounding
    double[] rounding = {1, nearly, nearly, 1};
    assertThat(Precision.of(RunConfig.defaults(), rounding, 2).flat()).isPresent();
    double[] steep = {1, 1 - 1e-9, 1 - 1e-9, 1};
    assertThat(Precision.of(RunConfig.defaults(), steep, 2).flat()).isEmpty();

    double[] upward = {1, 0, 0, -3};
    direction = Precision.of(RunConfig.defaults(), upward, 2).flat().orElseThrow();
    assertThat(direction.vector()).containsExactly(0, 1);
    assertThat(direction.curvature()).isNegative();

    assertThat(Precision.of(RunConfig.defaults(), precision(), SIZE).flat()).isEmpty();
  }
}
