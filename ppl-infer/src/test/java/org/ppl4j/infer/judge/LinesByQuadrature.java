package org.ppl4j.infer.judge;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.ppl4j.testing.PosteriorCase.Moments;

/**
 * Moments of a hierarchy of lines (aⱼ, bⱼ) ~ N(μ, diag(τₐ², τᵦ²)) with μ ~ N(0, 10² I) and τ ~
 * Exponential(1): given both τ the least squares estimates of the groups are normal about μ, and μ
 * and the first line are normal; over τ by the midpoint rule in log τ.
 */
final class LinesByQuadrature {

  private static final double LOWEST = -9;
  private static final double HIGHEST = 3;
  private static final int POINTS = 60;
  private static final double PRIOR = 100; // the variance of each of μ

  private final List<RealVector> estimates = new ArrayList<>();
  private final List<RealMatrix> errors = new ArrayList<>();

  LinesByQuadrature(double[] x, double[] y, int groups, int rows, double noise) {
    for (int j = 0; j < groups; j++) {
      RealMatrix squares = new Array2DRowRealMatrix(2, 2);
      RealVector products = new ArrayRealVector(2);
      for (int i = j * rows; i < (j + 1) * rows; i++) {
        RealVector row = new ArrayRealVector(new double[] {1, x[i]});
        squares = squares.add(row.outerProduct(row));
        products = products.add(row.mapMultiply(y[i]));
      }
      RealMatrix inverse = MatrixUtils.inverse(squares);
      estimates.add(inverse.operate(products));
      errors.add(inverse.scalarMultiply(noise * noise));
    }
  }

  /** At one pair of scales: the log density of these and the data, and moments given both. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Given(double logDensity, double[] means, double[] variances) {}

  /** Of mu_a, mu_b, tau_a, tau_b, and the first line. */
  ImmutableMap<String, Moments> moments() {
    double width = (HIGHEST - LOWEST) / POINTS;
    List<Given> all = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      for (int j = 0; j < POINTS; j++) {
        all.add(given(Math.exp(LOWEST + width * (i + 0.5)), Math.exp(LOWEST + width * (j + 0.5))));
      }
    }
    double most = all.stream().mapToDouble(Given::logDensity).max().orElseThrow();
    String[] names = {"mu_a", "mu_b", "tau_a", "tau_b", "a[1]", "b[1]"};
    double[] sum = new double[names.length];
    double[] squares = new double[names.length];
    double mass = 0;
    for (Given each : all) {
      double weight = Math.exp(each.logDensity() - most);
      mass += weight;
      for (int k = 0; k < names.length; k++) {
        double mean = each.means()[k];
        sum[k] += weight * mean;
        squares[k] += weight * (mean * mean + each.variances()[k]);
      }
    }
    ImmutableMap.Builder<String, Moments> moments = ImmutableMap.builder();
    for (int k = 0; k < names.length; k++) {
      double mean = sum[k] / mass;
      moments.put(names[k], new Moments(mean, Math.sqrt(squares[k] / mass - mean * mean)));
    }
    return moments.buildOrThrow();
  }

  private Given given(double tauA, double tauB) {
    RealMatrix spread =
        MatrixUtils.createRealDiagonalMatrix(new double[] {tauA * tauA, tauB * tauB});
    RealMatrix precision = MatrixUtils.createRealIdentityMatrix(2).scalarMultiply(1 / PRIOR);
    RealVector shift = new ArrayRealVector(2);
    double logDensity = Math.log(tauA) - tauA + Math.log(tauB) - tauB;
    for (int j = 0; j < estimates.size(); j++) {
      RealMatrix total = spread.add(errors.get(j));
      RealMatrix inverse = MatrixUtils.inverse(total);
      RealVector weighted = inverse.operate(estimates.get(j));
      precision = precision.add(inverse);
      shift = shift.add(weighted);
      logDensity -=
          (Math.log(new LUDecomposition(total).getDeterminant())
                  + estimates.get(j).dotProduct(weighted))
              / 2;
    }
    RealMatrix covariance = MatrixUtils.inverse(precision);
    RealVector mean = covariance.operate(shift);
    logDensity +=
        (Math.log(new LUDecomposition(covariance).getDeterminant()) + mean.dotProduct(shift)) / 2;
    // the first line given μ: μ + G (estimate − μ), G = T (T + errors)⁻¹, variance G errors
    RealMatrix gain = spread.multiply(MatrixUtils.inverse(spread.add(errors.get(0))));
    RealMatrix keep = MatrixUtils.createRealIdentityMatrix(2).subtract(gain);
    RealVector line = keep.operate(mean).add(gain.operate(estimates.get(0)));
    RealMatrix around =
        keep.multiply(covariance).multiplyTransposed(keep).add(gain.multiply(errors.get(0)));
    return new Given(
        logDensity,
        new double[] {
          mean.getEntry(0), mean.getEntry(1), tauA, tauB, line.getEntry(0), line.getEntry(1)
        },
        new double[] {
          covariance.getEntry(0, 0),
          covariance.getEntry(1, 1),
          0,
          0,
          around.getEntry(0, 0),
          around.getEntry(1, 1)
        });
  }
}
