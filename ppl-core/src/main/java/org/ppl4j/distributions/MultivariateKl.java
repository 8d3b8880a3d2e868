package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Divergences of families of vectors and matrices. Where log q is linear or quadratic in what p has
 * moments of, KL = −H(p) − log q(E x) + what the log-density loses by the spread of x.
 */
final class MultivariateKl {

  private MultivariateKl() {}

  // --- normal vectors, whatever their covariance is written as

  /** Whether it is a normal distribution of vectors, with a matrix or independent entries. */
  static boolean isGaussian(Distribution distribution) {
    return distribution instanceof MultivariateNormal
        || distribution instanceof LowRankMultivariateNormal
        || (distribution instanceof IndependentDistribution independent
            && independent.dims() == 1
            && unexpanded(independent.base) instanceof Normal);
  }

  private static Distribution unexpanded(Distribution distribution) {
    return distribution instanceof ExpandedDistribution expanded
        ? unexpanded(expanded.base)
        : distribution;
  }

  /** The quadratic loses ½ tr Σ_q⁻¹ Σ_p = ½ ‖A_q⁻¹ A_p‖², with A Aᵀ = Σ. */
  static NDArray gaussians(Distribution p, Distribution q) {
    NDArray spread = whitened(q, root(p)).square().sum(new int[] {-2, -1}).mul(0.5);
    return spread.sub(p.entropy()).sub(q.logProb(p.mean()));
  }

  /** A matrix A {@code (*, D, any)} with A Aᵀ = Σ. */
  private static NDArray root(Distribution distribution) {
    if (distribution instanceof MultivariateNormal normal) {
      return normal.scaleTril();
    }
    if (distribution instanceof LowRankMultivariateNormal normal) {
      NDArray diagonal = Linalg.diagonalMatrix(normal.covDiag().sqrt());
      Shape batch =
          Shapes.broadcast(
              Shapes.dropRight(diagonal.getShape(), 2),
              Shapes.dropRight(normal.covFactor().getShape(), 2));
      NDArray factor = normal.covFactor();
      return Tensors.concat(
          List.of(
              factor.broadcast(Shapes.concat(batch, Shapes.takeRight(factor.getShape(), 2))),
              diagonal.broadcast(Shapes.concat(batch, Shapes.takeRight(diagonal.getShape(), 2)))),
          -1);
    }
    return Linalg.diagonalMatrix(distribution.variance().sqrt());
  }

  /** A⁻¹ x for such a matrix of the distribution. */
  private static NDArray whitened(Distribution distribution, NDArray x) {
    if (distribution instanceof MultivariateNormal normal) {
      return Linalg.solveTriangular(normal.scaleTril(), x, false);
    }
    if (distribution instanceof LowRankMultivariateNormal normal) {
      return Linalg.solveTriangular(Linalg.cholesky(normal.covarianceMatrix()), x, false);
    }
    return x.div(distribution.variance().sqrt().expandDims(-1));
  }

  static NDArray matrixNormals(MatrixNormal p, MatrixNormal q) {
    NDArray rows = Linalg.solveTriangular(q.scaleTrilRow(), p.scaleTrilRow(), false);
    NDArray columns = Linalg.solveTriangular(q.scaleTrilColumn(), p.scaleTrilColumn(), false);
    NDArray spread = squares(rows).mul(squares(columns)).mul(0.5);
    return spread.sub(p.entropy()).sub(q.logProb(p.mean()));
  }

  private static NDArray squares(NDArray x) {
    return x.square().sum(new int[] {-2, -1});
  }

  // --- others

  /** log Γ(Σa) − Σ log Γ(a) − log Γ(Σb) + Σ log Γ(b) + Σ (a − b) (ψ(a) − ψ(Σa)). */
  static NDArray dirichlets(Dirichlet p, Dirichlet q) {
    NDArray a = p.concentration();
    NDArray b = q.concentration();
    NDArray total = a.sum(new int[] {-1}, true);
    NDArray each =
        Special.lgamma(b)
            .sub(Special.lgamma(a))
            .add(a.sub(b).mul(Special.digamma(a).sub(Special.digamma(total))));
    return each.sum(new int[] {-1})
        .add(Special.lgamma(total.squeeze(-1)))
        .sub(Special.lgamma(b.sum(new int[] {-1})));
  }

  /** log det X loses E log det X − log det E X, Σ_i ψ((ν − i) / 2) + D log(2 / ν) for i &lt; D. */
  static NDArray wisharts(Wishart p, Wishart q) {
    long size = p.eventShape().get(0);
    NDArray half = p.df().mul(0.5);
    NDArray loss = half.log().mul(-size);
    for (int i = 0; i < size; i++) {
      loss = loss.add(Special.digamma(half.sub(0.5 * i)));
    }
    NDArray power = q.df().sub(size + 1).mul(0.5);
    return p.entropy().neg().sub(q.logProb(p.mean())).sub(power.mul(loss));
  }

  /** The squares of the diagonal are independent beta variables. */
  static NDArray lkjs(LKJCholesky p, LKJCholesky q) {
    int rows = Math.toIntExact(p.eventShape().get(0)) - 1;
    Run run = Tensors.run(p.concentration(), q.concentration());
    NDArray before = halves(run, IntStream.rangeClosed(1, rows));
    NDArray after = halves(run, IntStream.range(0, rows).map(i -> rows - 1 - i));
    Beta ofP = Beta.of(p.concentration().expandDims(-1).add(after), before);
    Beta ofQ = Beta.of(q.concentration().expandDims(-1).add(after), before);
    return ContinuousKl.betas(ofP, ofQ).sum(new int[] {-1});
  }

  private static NDArray halves(Run run, IntStream numbers) {
    double[] halves = numbers.mapToDouble(i -> 0.5 * i).toArray();
    return run.create(halves, new Shape(halves.length));
  }
}
