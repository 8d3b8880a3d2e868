package org.ppl4j.infer.approximation;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.decomposition.TriangularSolver_DDRM;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionInner_DDRM;
import org.ejml.dense.row.decomposition.qr.QRDecompositionHouseholderColumn_DDRM;

/**
 * The inverse of the negative Hessian of a log density as the path of an optimizer shows it, and
 * the normal distribution that it makes:
 *
 * <pre>{@code
 * Σ = diag(α) + β γ βᵀ,   β = (diag(α) Z, S)
 * γ = (0, −R⁻¹; −R⁻ᵀ, R⁻ᵀ (E + Zᵀ diag(α) Z) R⁻¹)
 * }</pre>
 *
 * <p>of the last steps S and the changes Z of the negative gradient along them, where R is the
 * upper triangle of Sᵀ Z and E its diagonal. A step and its change are divided by the root of their
 * product, which leaves Σ as it is and R with a diagonal of ones.
 *
 * <p>Source: Zhang, Carpenter, Gelman and Vehtari, "Pathfinder: parallel quasi-Newton variational
 * inference" (2022); Byrd, Nocedal and Schnabel (1994) for Σ, Gilbert and Lemaréchal (1989) for α.
 */
final class InverseHessian {

  private final CurvaturePairs pairs;
  private final double[] alpha;

  /**
   * Before any step: the identity.
   *
   * @param memory how many steps are remembered
   */
  InverseHessian(int size, int memory) {
    this.pairs = new CurvaturePairs(memory);
    this.alpha = new double[size];
    Arrays.fill(alpha, 1);
  }

  /**
   * Learns from a step.
   *
   * @param change of the negative gradient
   */
  void add(double[] step, double[] change) {
    if (!pairs.add(step, change)) {
      return;
    }
    double a = 0; // zᵀ diag(α) z
    double b = Vectors.dot(change, step);
    double c = 0; // sᵀ diag(α)⁻¹ s
    for (int i = 0; i < alpha.length; i++) {
      a += change[i] * alpha[i] * change[i];
      c += step[i] / alpha[i] * step[i];
    }
    for (int i = 0; i < alpha.length; i++) {
      double share = step[i] / alpha[i];
      double inverse = a / alpha[i] + change[i] * change[i] - a / c * share * share;
      if (inverse > 0) { // as it is but for rounding
        alpha[i] = b / inverse;
      }
    }
  }

  /**
   * The normal distribution of covariance Σ, a Newton step away.
   *
   * @param at where the path is
   * @param gradient of the log density there
   * @return empty before a step was learned from, or where rounding leaves no Cholesky factor
   */
  Optional<NormalApproximation> normal(double[] at, double[] gradient) {
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    return factored(at).map(normal -> normal.at(Vectors.plus(at, 1, normal.times(gradient))));
  }

  private Optional<NormalApproximation> factored(double[] at) {
    int size = alpha.length;
    int count = pairs.all().size();
    DMatrixRMaj s = columns(pairs.all().stream().map(pair -> of(pair, pair.step())).toList());
    DMatrixRMaj z = columns(pairs.all().stream().map(pair -> of(pair, pair.change())).toList());
    double[] root = Arrays.stream(alpha).map(Math::sqrt).toArray();

    DMatrixRMaj inverse = inverseOfUpper(product(transposed(s), z));
    CommonOps_DDRM.multRows(root, z); // from now on the root of diag(α) times Z
    DMatrixRMaj middle = CommonOps_DDRM.identity(count);
    CommonOps_DDRM.multAddTransA(z, z, middle);
    DMatrixRMaj gamma = new DMatrixRMaj(2 * count, 2 * count);
    CommonOps_DDRM.insert(
        product(product(transposed(inverse), middle), inverse), gamma, count, count);
    CommonOps_DDRM.changeSign(inverse);
    CommonOps_DDRM.insert(inverse, gamma, 0, count);
    CommonOps_DDRM.insert(transposed(inverse), gamma, count, 0);

    CommonOps_DDRM.divideRows(root, s);
    var qr = new QRDecompositionHouseholderColumn_DDRM();
    qr.decompose(CommonOps_DDRM.concatColumns(z, s, null)); // β over the root of diag(α)
    DMatrixRMaj r = qr.getR(null, true);
    DMatrixRMaj low = product(product(r, gamma), transposed(r));
    int rank = Math.min(size, 2 * count);
    DMatrixRMaj inner = CommonOps_DDRM.identity(rank);
    CommonOps_DDRM.addEquals(inner, 0.5, low);
    CommonOps_DDRM.addEquals(inner, 0.5, transposed(low));
    var cholesky = new CholeskyDecompositionInner_DDRM(true);
    if (MatrixFeatures_DDRM.hasUncountable(inner) || !cholesky.decompose(inner)) {
      return Optional.empty();
    }
    DMatrixRMaj l = cholesky.getT(null);
    DMatrixRMaj back = new DMatrixRMaj(rank, rank);
    TriangularSolver_DDRM.invertLower(l.data, back.data, rank);
    double logFactor = IntStream.range(0, rank).mapToDouble(i -> Math.log(l.get(i, i))).sum();
    return Optional.of(
        NormalApproximation.of(at, root, qr.getQ(null, true).data, l.data, back.data, logFactor));
  }

  /** Of the upper triangle of a matrix. */
  private static DMatrixRMaj inverseOfUpper(DMatrixRMaj matrix) {
    int size = matrix.numRows;
    DMatrixRMaj lower = new DMatrixRMaj(size, size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        lower.set(i, j, matrix.get(j, i));
      }
    }
    DMatrixRMaj inverse = new DMatrixRMaj(size, size);
    TriangularSolver_DDRM.invertLower(lower.data, inverse.data, size);
    return transposed(inverse);
  }

  private static double[] of(CurvaturePairs.Pair pair, double[] vector) {
    double[] scaled = vector.clone();
    Vectors.scale(scaled, 1 / Math.sqrt(pair.product()));
    return scaled;
  }

  private static DMatrixRMaj columns(List<double[]> vectors) {
    return transposed(new DMatrixRMaj(vectors.toArray(double[][]::new)));
  }

  private static DMatrixRMaj product(DMatrixRMaj a, DMatrixRMaj b) {
    return CommonOps_DDRM.mult(a, b, null);
  }

  private static DMatrixRMaj transposed(DMatrixRMaj x) {
    return CommonOps_DDRM.transpose(x, null);
  }
}
