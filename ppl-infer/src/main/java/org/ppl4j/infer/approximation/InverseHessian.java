package org.ppl4j.infer.approximation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

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

  private final RunConfig config;
  private final CurvaturePairs pairs;
  private final double[] alpha;

  /**
   * Before any step: the identity.
   *
   * @param config of the runs that factor its matrices
   * @param memory how many steps are remembered
   */
  InverseHessian(RunConfig config, int size, int memory) {
    this.config = config;
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
    try (Run run = Run.open(config, 0)) {
      return run.withoutGradients(() -> factored(run, at))
          .map(normal -> normal.at(Vectors.plus(at, 1, normal.times(gradient))));
    }
  }

  private Optional<NormalApproximation> factored(Run run, double[] at) {
    int size = alpha.length;
    int count = pairs.all().size();
    NDArray one = run.eye(count);
    NDArray diagonal = run.create(alpha, new Shape(size, 1));
    NDArray root = diagonal.sqrt();
    NDArray s = columns(run, pairs.all().stream().map(pair -> of(pair, pair.step())).toList());
    NDArray z = columns(run, pairs.all().stream().map(pair -> of(pair, pair.change())).toList());

    NDArray r = Linalg.triu(Tensors.matMul(transposed(s), z), 0);
    NDArray inverse = Linalg.solveTriangular(r, one, true);
    NDArray middle = Tensors.matMul(transposed(z), diagonal.mul(z)).add(one);
    NDArray last = Tensors.matMul(Tensors.matMul(transposed(inverse), middle), inverse);
    NDArray zero = run.create(new double[count * count], new Shape(count, count));
    NDArray gamma =
        Tensors.concat(
            List.of(
                Tensors.concat(List.of(zero, inverse.neg()), -1),
                Tensors.concat(List.of(transposed(inverse).neg(), last), -1)),
            -2);

    NDArray beta = Tensors.concat(List.of(diagonal.mul(z), s), -1);
    Linalg.Qr qr = Linalg.qr(beta.div(root));
    NDArray low = Tensors.matMul(Tensors.matMul(qr.r(), gamma), transposed(qr.r()));
    int rank = Math.min(size, 2 * count);
    NDArray inner = low.add(transposed(low)).mul(0.5).add(run.eye(rank));
    if (Tensors.values(Linalg.isPositiveDefinite(inner))[0] == 0) {
      return Optional.empty();
    }
    NDArray l = Linalg.cholesky(inner);
    NDArray back = Linalg.solveTriangular(l, run.eye(rank), false);
    double logFactor = Arrays.stream(Tensors.values(Linalg.diagonal(l))).map(Math::log).sum();
    return Optional.of(
        NormalApproximation.of(
            at,
            Tensors.values(root),
            Tensors.values(qr.q()),
            Tensors.values(l),
            Tensors.values(back),
            logFactor));
  }

  private static double[] of(CurvaturePairs.Pair pair, double[] vector) {
    double[] scaled = vector.clone();
    Vectors.scale(scaled, 1 / Math.sqrt(pair.product()));
    return scaled;
  }

  private static NDArray columns(Run run, List<double[]> vectors) {
    int size = vectors.get(0).length;
    return Tensors.stack(
        vectors.stream().map(vector -> run.create(vector, new Shape(size))).toList(), -1);
  }

  private static NDArray transposed(NDArray x) {
    return x.swapAxes(0, 1);
  }
}
