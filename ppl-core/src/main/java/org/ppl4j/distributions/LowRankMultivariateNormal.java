package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The normal distribution of vectors whose covariance is W Wᵀ + diag(d), W of few columns: costs
 * grow with D R² instead of D³.
 *
 * <p>With C = I + Wᵀ diag(d)⁻¹ W = K Kᵀ (R, R), δ = x − loc and t = C⁻¹ Wᵀ diag(d)⁻¹ δ,
 *
 * <pre>{@code
 * δᵀ Σ⁻¹ δ = Σ (δ − W t)² / d + |t|²     (Woodbury, as a sum in which nothing cancels)
 * log det Σ = Σ log d + 2 Σ log K_ii     (matrix determinant lemma)
 * }</pre>
 *
 * <p>Parameters: {@code loc (*, D)}, any real vector, or a plain number for all entries; {@code
 * covFactor (*, D, R)}, any real matrix; {@code covDiag (*, D)}, above 0. A draw is loc + W ε + √d
 * η with standard normal ε and η.
 */
public final class LowRankMultivariateNormal extends Distribution {

  private static final String NAME = "LowRankMultivariateNormal";

  private final NDArray loc;
  private final NDArray covFactor;
  private final NDArray covDiag;

  private LowRankMultivariateNormal(NDArray loc, NDArray covFactor, NDArray covDiag) {
    super(
        Matrices.lastDims(covDiag, 1),
        Matrices.location("loc", loc, 1),
        new Argument("covFactor", covFactor, Constraint.REAL, 2),
        new Argument("covDiag", covDiag, Constraint.POSITIVE, 1));
    Matrices.checkSize(NAME, "loc", loc, -1, eventShape().get(0));
    Matrices.checkSize(NAME, "covFactor", covFactor, -2, eventShape().get(0));
    this.loc = loc;
    this.covFactor = covFactor;
    this.covDiag = covDiag;
  }

  /**
   * A normal distribution with covariance {@code covFactor covFactorᵀ + diag(covDiag)}.
   *
   * @param loc {@code (*, D)}
   * @param covFactor {@code (*, D, R)}
   * @param covDiag {@code (*, D)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static LowRankMultivariateNormal of(NDArray loc, NDArray covFactor, NDArray covDiag) {
    return new LowRankMultivariateNormal(loc, covFactor, covDiag);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}, with one number for all entries of loc. */
  public static LowRankMultivariateNormal of(double loc, NDArray covFactor, NDArray covDiag) {
    return of(number(loc), covFactor, covDiag);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static LowRankMultivariateNormal of(double loc, NDArray covFactor, double... covDiag) {
    return of(number(loc), covFactor, Tensors.vector(covDiag));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static LowRankMultivariateNormal of(NDArray loc, NDArray covFactor, double... covDiag) {
    return of(loc, covFactor, Tensors.vector(covDiag));
  }

  /** The parameter {@code loc}. */
  public NDArray loc() {
    return loc;
  }

  /** The parameter {@code covFactor}. */
  public NDArray covFactor() {
    return covFactor;
  }

  /** The parameter {@code covDiag}. */
  public NDArray covDiag() {
    return covDiag;
  }

  /** The covariance, {@code (*, D, D)}. */
  public NDArray covarianceMatrix() {
    return Matrices.square(covFactor).add(Linalg.diagonalMatrix(covDiag));
  }

  /** The lower Cholesky factor K of I + Wᵀ diag(d)⁻¹ W. */
  private NDArray capacitance() {
    NDArray scaled = covFactor.div(covDiag.sqrt().expandDims(-1));
    NDArray eye = run().eye(covFactor.getShape().getLastDimension());
    return Linalg.cholesky(Tensors.matMul(scaled.swapAxes(-1, -2), scaled).add(eye));
  }

  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, 1);
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value.sub(loc));
  }

  private NDArray density(NDArray deviation) {
    NDArray capacitance = capacitance();
    NDArray inner = Linalg.times(covFactor.swapAxes(-1, -2), deviation.div(covDiag));
    NDArray t = Linalg.choleskySubstitute(capacitance, inner);
    NDArray rest = deviation.sub(Linalg.times(covFactor, t)).square().div(covDiag);
    NDArray square = rest.sum(new int[] {-1}).add(t.square().sum(new int[] {-1}));
    return square.mul(-0.5).sub(halfLogDet(capacitance));
  }

  /** ½ log det 2πΣ. */
  private NDArray halfLogDet(NDArray capacitance) {
    return covDiag
        .log()
        .sum(new int[] {-1})
        .mul(0.5)
        .add(Matrices.logDet(capacitance))
        .add(eventShape().size() * MathConstants.HALF_LOG_2PI);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    Shape rank = new Shape(covFactor.getShape().getLastDimension());
    NDArray few = rng.split(0).normal(run, Shapes.concat(batch, rank));
    NDArray many = rng.split(1).normal(run, Shapes.concat(batch, eventShape()));
    NDArray deviation = Linalg.times(covFactor, few).add(covDiag.sqrt().mul(many));
    return Draw.mapped(deviation.add(loc), 1, () -> density(deviation));
  }

  @Override
  protected NDArray doMean() {
    return loc;
  }

  @Override
  protected NDArray doVariance() {
    return Matrices.rowSquares(covFactor).add(covDiag);
  }

  @Override
  protected NDArray doEntropy() {
    return halfLogDet(capacitance()).add(0.5 * eventShape().size());
  }

  @Override
  public LowRankMultivariateNormal withParameters(UnaryOperator<NDArray> operator) {
    return new LowRankMultivariateNormal(
        operator.apply(loc), operator.apply(covFactor), operator.apply(covDiag));
  }
}
