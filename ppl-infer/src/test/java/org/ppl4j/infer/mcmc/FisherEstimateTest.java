package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.stat.correlation.Covariance;
import org.hipparchus.stat.descriptive.moment.Variance;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Rng;

/** Normal distributions in closed form, other draws by Hipparchus. */
class FisherEstimateTest {

  private static final double CUTOFF = 2; // of the paper
  private static final double ROUNDING = 1e-4; // of variances relative to others, γ included

  /** A normal distribution as A z, z of N(0, 1): its gradient is −A⁻ᵀ z. */
  private record Normal(RealMatrix a, RealMatrix inverse) {

    static Normal of(double[][] a) {
      RealMatrix matrix = MatrixUtils.createRealMatrix(a);
      return new Normal(matrix, MatrixUtils.inverse(matrix));
    }

    int size() {
      return a.getRowDimension();
    }

    LowRankMass estimate(int draws, int seed) {
      Rng rng = Targets.noise(seed);
      List<double[]> x = new ArrayList<>();
      List<double[]> g = new ArrayList<>();
      for (int n = 0; n < draws; n++) {
        double[] z = DoubleStream.generate(rng::nextNormal).limit(size()).toArray();
        x.add(Arrays.stream(a.operate(z)).map(v -> v + 3).toArray());
        g.add(Arrays.stream(inverse.preMultiply(z)).map(v -> -v).toArray());
      }
      return FisherEstimate.of(x, g);
    }

    /** The variances of what a mass matrix makes of it: 1 where it is this one's. */
    double[] seenBy(MassMatrix mass) {
      RealMatrix whitened = inverse.multiply(velocities(mass, size())).multiplyTransposed(inverse);
      RealMatrix symmetric = whitened.add(whitened.transpose()).scalarMultiply(0.5);
      return new EigenDecompositionSymmetric(symmetric).getEigenvalues();
    }
  }

  /** M⁻¹. */
  private static RealMatrix velocities(MassMatrix mass, int size) {
    RealMatrix velocities = MatrixUtils.createRealMatrix(size, size);
    double[] column = new double[size];
    for (int i = 0; i < size; i++) {
      double[] unit = new double[size];
      unit[i] = 1;
      mass.velocity(unit, column);
      velocities.setColumn(i, column);
    }
    return velocities;
  }

  /** Any A, of numbers whose units go from 10⁻⁶ to 10⁶. */
  private static Normal random(int size, double unit) {
    Rng rng = Targets.noise(size);
    double[][] a = new double[size][size];
    for (int i = 0; i < size; i++) {
      double scale = Math.pow(unit, size == 1 ? 1 : 2.0 * i / (size - 1) - 1);
      for (int j = 0; j < size; j++) {
        a[i][j] = scale * (rng.nextNormal() + (i == j ? 1 : 0));
      }
    }
    return Normal.of(a);
  }

  /** An intercept and a slope of a column of years: correlated by −0.999998. */
  private static Normal years() {
    return Normal.of(new double[][] {{1, -2000 / 4.0}, {0, 1 / 4.0}});
  }

  static Stream<Named<Normal>> normals() {
    return Stream.of(
        Named.of("one number", random(1, 1e6)),
        Named.of("two numbers", random(2, 1e6)),
        Named.of("five numbers", random(5, 1)),
        Named.of("five numbers of other units", random(5, 1e6)),
        Named.of("forty numbers of other units", random(40, 1e6)),
        Named.of("years", years()));
  }

  /** Its covariance, but for variances that are taken for 1. */
  @ParameterizedTest
  @MethodSource("normals")
  void aNormalDistributionIsKnownFromOneDrawMoreThanNumbers(Normal normal) {
    for (int more : new int[] {2, 3, 100}) {
      double[] variances = normal.seenBy(normal.estimate(normal.size() + more, more));

      assertThat(DoubleStream.of(variances))
          .as("%s draws more", more)
          .allMatch(v -> v > 1 / CUTOFF - ROUNDING && v < CUTOFF + ROUNDING);
    }
  }

  /** However many numbers there are, two draws are enough; 10⁻⁷ is rounding of 3 beside 10⁻⁶. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 50, 200})
  void independentNumbersAreKnownFromTwoDraws(int size) {
    double[][] a = new double[size][size];
    for (int i = 0; i < size; i++) {
      a[i][i] = Math.pow(10, i % 13 - 6);
    }
    Normal normal = Normal.of(a);
    for (int draws : new int[] {2, 5, 100, 300}) {
      LowRankMass mass = normal.estimate(draws, draws);

      assertThat(mass.rank()).isZero();
      assertThat(DoubleStream.of(normal.seenBy(mass))).allMatch(v -> Math.abs(v - 1) < 1e-7);
    }
  }

  /** 60 numbers, 59 of which are long together: a common factor, found from 20 draws. */
  @Test
  void fewDirectionsAreFoundFromFewerDrawsThanNumbers() {
    int size = 60;
    double[][] a = new double[size][size];
    for (int i = 0; i < size; i++) {
      a[i][i] = 1;
      a[i][0] = i == 0 ? 1 : 20;
    }
    Normal normal = Normal.of(a);
    double before = spread(normal.seenBy(DiagonalMass.unit(size)));
    LowRankMass mass = normal.estimate(20, 1);
    double after = spread(normal.seenBy(mass));

    assertThat(before).isGreaterThan(1e8);
    assertThat(mass.rank()).isBetween(1, 38);
    assertThat(after).isLessThan(1e-3 * before);
  }

  private static double spread(double[] variances) {
    return Arrays.stream(variances).max().orElseThrow()
        / Arrays.stream(variances).min().orElseThrow();
  }

  /** Whatever draws and gradients are: here both are of their own distribution. */
  @Test
  void oneNumberHasTheRootOfBothVariances() {
    Rng rng = Targets.noise(9);
    List<double[]> x = new ArrayList<>();
    List<double[]> g = new ArrayList<>();
    for (int n = 0; n < 50; n++) {
      x.add(new double[] {100 * rng.nextUniform()});
      g.add(new double[] {Math.exp(rng.nextNormal())});
    }
    double expected = Math.sqrt(variance(x) / variance(g));

    assertThat(velocities(FisherEstimate.of(x, g), 1).getEntry(0, 0))
        .isCloseTo(expected, within(1e-9 * expected));
  }

  private static double variance(List<double[]> x) {
    return new Variance().evaluate(x.stream().mapToDouble(v -> v[0]).toArray());
  }

  /** Two numbers, both directions of which are far from 1: nothing is cut off. */
  @Test
  void theMatrixIsTheGeometricMean() {
    Rng rng = Targets.noise(10);
    List<double[]> x = new ArrayList<>();
    List<double[]> g = new ArrayList<>();
    for (int n = 0; n < 50; n++) {
      double common = 30 * rng.nextUniform();
      x.add(new double[] {common + rng.nextNormal(), common + rng.nextUniform()});
      double slope = 20 * rng.nextNormal();
      g.add(new double[] {slope + rng.nextUniform(), -slope + Math.exp(rng.nextNormal())});
    }
    LowRankMass mass = FisherEstimate.of(x, g);
    RealMatrix q = velocities(mass, 2);
    RealMatrix expected = new Covariance(x.toArray(double[][]::new)).getCovarianceMatrix();
    RealMatrix slopes = new Covariance(g.toArray(double[][]::new)).getCovarianceMatrix();
    RealMatrix found = q.multiply(slopes).multiply(q);

    assertThat(mass.rank()).isEqualTo(2);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        assertThat(found.getEntry(i, j))
            .isCloseTo(expected.getEntry(i, j), within(1e-6 * expected.getEntry(i, j)));
      }
    }
  }

  @Test
  void whatDoesNotVaryIsOfTheDrawsOrOne() {
    List<double[]> x = List.of(new double[] {1, 2, 5}, new double[] {3, 2, 9});
    List<double[]> g = List.of(new double[] {4, 1, 2}, new double[] {4, 3, 1});
    RealMatrix velocities = velocities(FisherEstimate.of(x, g), 3);

    assertThat(velocities.getEntry(0, 0)).isCloseTo(1, within(1e-9)); // the variance of 1 and 3
    assertThat(velocities.getEntry(1, 1)).isCloseTo(1, within(1e-9));
    assertThat(velocities.getEntry(2, 2)).isCloseTo(4, within(1e-9)); // 4 over 1
  }

  /** The mean of ten times 0.1 is another number than 0.1. */
  @Test
  void whatVariesByRoundingDoesNotVary() {
    List<double[]> x = new ArrayList<>();
    List<double[]> g = new ArrayList<>();
    double mean = 0;
    for (int n = 0; n < 10; n++) {
      x.add(new double[] {n});
      g.add(new double[] {0.1});
      mean += 0.1 / 10;
    }

    assertThat(mean).isNotEqualTo(0.1);
    assertThat(velocities(FisherEstimate.of(x, g), 1).getEntry(0, 0))
        .isCloseTo(8.25, within(1e-9)); // the variance of the draws
  }

  @Test
  void numbersThatAreTooLargeLeaveFiniteScales() {
    List<double[]> x = List.of(new double[] {1e300, 1}, new double[] {-1e300, 2});
    List<double[]> g = List.of(new double[] {1e-300, -1}, new double[] {1e300, -2});
    double[] velocity = new double[2];
    FisherEstimate.of(x, g).velocity(new double[] {1, 1}, velocity);

    assertThat(DoubleStream.of(velocity)).allMatch(Double::isFinite);
  }

  @Test
  void aSingleGradientGivesScales() {
    double[] velocity = new double[5];
    FisherEstimate.ofGradient(new double[] {4, -100, 0, Double.NaN, Double.POSITIVE_INFINITY})
        .velocity(new double[] {1, 1, 1, 1, 1}, velocity);

    assertThat(velocity).containsExactly(new double[] {0.25, 0.01, 1, 1, 1}, within(1e-15));
  }
}
