package org.ppl4j.infer.mcmc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.decomposition.qr.QRColPivDecompositionHouseholderColumn_DDRM;

/**
 * The mass matrix under which draws x and gradients g of their log density look most like those of
 * N(0, 1), for which g = −x: the one that minimises their Fisher divergence. Its inverse is
 *
 * <pre>{@code
 * M⁻¹ = S Q S,  s = (var(x) / var(g))^(1/4),  Q = C # G⁻¹
 * }</pre>
 *
 * <p>where C and G are the covariances of x / s and s g, and C # G⁻¹ is a geometric mean of
 * matrices: the Q of which Q G Q = C. Of a normal distribution with covariance Σ, M⁻¹ is Σ as soon
 * as there are more draws than numbers, whatever the draws, for each gradient is −Σ⁻¹ times a
 * difference: scales of any size and correlations are learned from few draws. C and G are known in
 * the space that draws and gradients span; across it Q is the unit matrix. γ times the unit matrix
 * is added to their sums, and variances of Q near 1 are taken for 1.
 *
 * <p>Of D numbers and N draws it costs O(D N m + m³), m the lesser of D and 2 N.
 *
 * <p>Source: Seyboldt, Carlson and Carpenter, "Preconditioning Hamiltonian Monte Carlo by
 * minimizing Fisher divergence" (2026), with its γ and its cutoff.
 */
final class FisherEstimate implements MassEstimate {

  private static final double GAMMA = 1e-5;
  private static final double CUTOFF = 2;
  private static final double ROUNDING = 0x1p-48; // of a mean of some hundred numbers
  private static final double SPANNED = 1e-10; // less of unit vectors is rounding

  private final int size;
  private final List<double[]> draws = new ArrayList<>();
  private final List<double[]> gradients = new ArrayList<>();

  /** Of vectors of so many numbers. */
  FisherEstimate(int size) {
    this.size = size;
  }

  @Override
  public void add(double[] position, double[] gradient) {
    draws.add(position.clone());
    gradients.add(gradient.clone());
  }

  /** Of fewer than two draws the unit matrix. */
  @Override
  public MassMatrix mass() {
    return draws.size() < 2 ? ofGradient(new double[size]) : of(draws, gradients);
  }

  @Override
  public void restart() {
    draws.clear();
    gradients.clear();
  }

  /**
   * From one gradient: numbers of which it has more are narrower, of the scale |g|^(−1/2), or 1
   * where g is 0 or not finite.
   */
  static LowRankMass ofGradient(double[] gradient) {
    double[] scales = new double[gradient.length];
    for (int i = 0; i < scales.length; i++) {
      double scale = 1 / Math.sqrt(Math.abs(gradient[i]));
      scales[i] = isScale(scale) ? scale : 1;
    }
    return new LowRankMass(scales, new double[0][], new double[0]);
  }

  /**
   * From draws and their gradients, all finite. Where gradients do not vary, scales are the
   * standard deviations of the draws; 1 where these do not vary either.
   *
   * @param draws at least two, of D numbers
   * @param gradients one for each
   */
  static LowRankMass of(List<double[]> draws, List<double[]> gradients) {
    double[][] x = centred(draws); // (D, N)
    double[][] g = centred(gradients);
    double[] scales = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      scales[i] = scaled(x[i], g[i]);
    }
    DMatrixRMaj draw = new DMatrixRMaj(x);
    DMatrixRMaj gradient = new DMatrixRMaj(g);
    DMatrixRMaj basis =
        x.length < draws.size() ? CommonOps_DDRM.identity(x.length) : basis(draw, gradient);
    if (basis.numCols == 0) {
      return new LowRankMass(scales, new double[0][], new double[0]);
    }
    return mass(scales, mean(covariance(basis, draw), covariance(basis, gradient)), basis);
  }

  private static boolean isScale(double scale) {
    return scale > 0 && scale < Double.POSITIVE_INFINITY;
  }

  /** A number's scale s, of which x becomes x / s and g becomes s g; 0 if they tell of none. */
  private static double scaled(double[] x, double[] g) {
    double squares = squares(x);
    double scale = Math.sqrt(Math.sqrt(squares / squares(g)));
    if (isScale(scale)) {
      for (int n = 0; n < x.length; n++) {
        x[n] /= scale;
        g[n] *= scale;
      }
      return scale;
    }
    Arrays.fill(x, 0);
    Arrays.fill(g, 0);
    double sd = Math.sqrt(squares / x.length);
    return isScale(sd) ? sd : 1;
  }

  /**
   * The differences from the mean, a row for each number (D, N); 0 where they are rounding, as of
   * gradients of a straight line.
   */
  private static double[][] centred(List<double[]> vectors) {
    int count = vectors.size();
    double[][] rows = new double[vectors.get(0).length][count];
    for (int i = 0; i < rows.length; i++) {
      double mean = 0;
      double largest = 0;
      for (int n = 0; n < count; n++) {
        rows[i][n] = vectors.get(n)[i];
        mean += rows[i][n] / count;
        largest = Math.max(largest, Math.abs(rows[i][n]));
      }
      for (int n = 0; n < count; n++) {
        double apart = rows[i][n] - mean;
        rows[i][n] = Math.abs(apart) > ROUNDING * largest ? apart : 0;
      }
    }
    return rows;
  }

  private static double squares(double[] row) {
    return Arrays.stream(row).map(v -> v * v).sum();
  }

  /** Orthonormal columns (D, B) that span the columns of both. */
  private static DMatrixRMaj basis(DMatrixRMaj x, DMatrixRMaj g) {
    DMatrixRMaj both = CommonOps_DDRM.concatColumnsMulti(x, g);
    CommonOps_DDRM.divideCols(both, lengths(both));
    var factors = new QRColPivDecompositionHouseholderColumn_DDRM();
    factors.setSingularThreshold(SPANNED);
    factors.decompose(both);
    int rank = factors.getRank();
    return rank == 0
        ? new DMatrixRMaj(x.numRows, 0)
        : CommonOps_DDRM.extract(factors.getQ(null, true), 0, x.numRows, 0, rank);
  }

  /** Of columns; 1 of one that is 0. */
  private static double[] lengths(DMatrixRMaj columns) {
    double[] lengths = new double[columns.numCols];
    for (int n = 0; n < lengths.length; n++) {
      double squares = 0;
      for (int i = 0; i < columns.numRows; i++) {
        squares += columns.get(i, n) * columns.get(i, n);
      }
      lengths[n] = squares > 0 ? Math.sqrt(squares) : 1;
    }
    return lengths;
  }

  /** The sum of squares of columns along a basis (B, B), with γ. */
  private static DMatrixRMaj covariance(DMatrixRMaj basis, DMatrixRMaj columns) {
    int size = basis.numCols;
    DMatrixRMaj parts =
        CommonOps_DDRM.multTransA(basis, columns, new DMatrixRMaj(size, columns.numCols));
    DMatrixRMaj squares = CommonOps_DDRM.multTransB(parts, parts, new DMatrixRMaj(size, size));
    for (int i = 0; i < size; i++) {
      squares.add(i, i, GAMMA);
    }
    return squares;
  }

  /** C # G⁻¹ = K (Kᵀ G K)^(−1/2) Kᵀ, where C = K Kᵀ. */
  private static DMatrixRMaj mean(DMatrixRMaj c, DMatrixRMaj g) {
    int size = c.numRows;
    DMatrixRMaj k = SymmetricEigen.of(c).power(0.5);
    DMatrixRMaj right = CommonOps_DDRM.mult(g, k, new DMatrixRMaj(size, size));
    DMatrixRMaj inner = CommonOps_DDRM.multTransA(k, right, new DMatrixRMaj(size, size));
    DMatrixRMaj power = SymmetricEigen.of(inner).power(-0.25);
    DMatrixRMaj root = CommonOps_DDRM.mult(k, power, new DMatrixRMaj(size, size));
    return CommonOps_DDRM.multTransB(root, root, new DMatrixRMaj(size, size));
  }

  /** Of the directions of Q (B, B), along a basis (D, B), whose variances are not near 1. */
  private static LowRankMass mass(double[] scales, DMatrixRMaj q, DMatrixRMaj basis) {
    SymmetricEigen eigen = SymmetricEigen.of(q);
    double[] values = eigen.values();
    int[] far =
        IntStream.range(0, values.length)
            .filter(k -> values[k] > CUTOFF || (values[k] > 0 && values[k] < 1 / CUTOFF))
            .toArray();
    double[][] directions = new double[far.length][];
    for (int k = 0; k < far.length; k++) {
      DMatrixRMaj inside = new DMatrixRMaj(values.length, 1, true, eigen.vectors()[far[k]]);
      directions[k] = CommonOps_DDRM.mult(basis, inside, new DMatrixRMaj(scales.length, 1)).data;
    }
    return new LowRankMass(
        scales, directions, Arrays.stream(far).mapToDouble(k -> values[k]).toArray());
  }
}
