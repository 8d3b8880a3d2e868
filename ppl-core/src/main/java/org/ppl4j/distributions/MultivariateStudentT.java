package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Student's t distribution of vectors.
 *
 * <p>log p(x) = log Γ((ν + D) / 2) − log Γ(ν / 2) − D/2 log(π ν) − Σ log L_ii − (ν + D) / 2 · log(1
 * + |z|² / ν) with L z = x − loc, ν = df and L = scaleTril.
 *
 * <p>Parameters: {@code df > 0}, the degrees of freedom; {@code loc (*, D)}, any real vector, or a
 * plain number for all entries; {@code scaleTril (*, D, D)}, lower triangular with a positive
 * diagonal. The mean is NaN for df ≤ 1; the variance is NaN for df ≤ 1 and infinite for df ≤ 2. A
 * draw is loc + L ε / √(g / (ν / 2)) with g a gamma draw of concentration ν / 2, differentiated
 * implicitly.
 */
public final class MultivariateStudentT extends Distribution {

  private static final String NAME = "MultivariateStudentT";

  private final NDArray df;
  private final NDArray loc;
  private final NDArray scaleTril;

  private MultivariateStudentT(NDArray df, NDArray loc, NDArray scaleTril) {
    super(
        new Shape(Matrices.size(NAME, "scaleTril", scaleTril)),
        Argument.positive("df", df),
        Matrices.location("loc", loc, 1),
        new Argument("scaleTril", scaleTril, Constraint.LOWER_CHOLESKY, 2));
    Matrices.checkSize(NAME, "loc", loc, -1, eventShape().get(0));
    this.df = df;
    this.loc = loc;
    this.scaleTril = scaleTril;
  }

  /**
   * A Student's t distribution of vectors.
   *
   * @param df {@code (*)}
   * @param loc {@code (*, D)}
   * @param scaleTril {@code (*, D, D)}
   * @throws IllegalArgumentException if a plain number is out of range or shapes do not fit
   */
  public static MultivariateStudentT of(NDArray df, NDArray loc, NDArray scaleTril) {
    return new MultivariateStudentT(df, loc, scaleTril);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static MultivariateStudentT of(double df, NDArray loc, NDArray scaleTril) {
    return of(number(df), loc, scaleTril);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}, with one number for all entries of loc. */
  public static MultivariateStudentT of(NDArray df, double loc, NDArray scaleTril) {
    return of(df, number(loc), scaleTril);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}, with one number for all entries of loc. */
  public static MultivariateStudentT of(double df, double loc, NDArray scaleTril) {
    return of(number(df), number(loc), scaleTril);
  }

  /** The parameter {@code df}. */
  public NDArray df() {
    return df;
  }

  /** The parameter {@code loc}. */
  public NDArray loc() {
    return loc;
  }

  /** The parameter {@code scaleTril}. */
  public NDArray scaleTril() {
    return scaleTril;
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
    return density(logKernel(Linalg.substitute(scaleTril, value.sub(loc), false)));
  }

  /** By log(1 + |z|² / ν). */
  private NDArray density(NDArray logKernel) {
    return logNormalizer().sub(logKernel.mul(halfTotal()));
  }

  /** log(1 + |z|² / ν), where squares are beyond the float type in units of the largest entry. */
  private NDArray logKernel(NDArray z) {
    NDArray largest = z.abs().max(new int[] {-1}, true).stopGradient();
    double maximum = Math.exp(0.25 * Tensors.run(z).floatType().logRange());
    NDArray unit = Tensors.where(largest.gt(maximum), largest, number(1));
    NDArray square = z.div(unit).square().sum(new int[] {-1}).div(df);
    NDArray isFar = unit.squeeze(-1).gt(1);
    NDArray far = Tensors.where(isFar, square, number(1)).log().add(unit.squeeze(-1).log().mul(2));
    return Tensors.where(isFar, far, Special.log1p(square));
  }

  /** (ν + D) / 2. */
  private NDArray halfTotal() {
    return df.add((double) eventShape().size()).mul(0.5);
  }

  /**
   * log Γ(h + s) − log Γ(h) − s log h with h = ν / 2 and s = D / 2, of which the parts that are as
   * large as the logarithms of Γ cancel, less s log 2π and Σ log L_ii.
   */
  private NDArray logNormalizer() {
    NDArray h = df.mul(0.5);
    NDArray total = halfTotal();
    double s = 0.5 * eventShape().size();
    return growth()
        .mul(s - 1)
        .sub(Special.deviance(h, total))
        .add(Special.logFactorialRest(total))
        .sub(Special.logFactorialRest(h))
        .sub(2 * s * MathConstants.HALF_LOG_2PI)
        .sub(Matrices.logDet(scaleTril));
  }

  /** log((h + s) / h). */
  private NDArray growth() {
    return Special.log1p(number((double) eventShape().size()).div(df));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray half = run().bind(df).mul(0.5);
    NDArray logGamma = rng.split(0).logGamma(expanded(half, batch));
    NDArray noise = rng.split(1).normal(run(), Shapes.concat(batch, eventShape()));
    NDArray stretch = LogDistances.exp(half.log().sub(logGamma).mul(0.5), StudentT.LARGEST_NOISE);
    NDArray z = noise.mul(stretch.expandDims(-1));
    NDArray value = Linalg.times(Matrices.lower(scaleTril), z).add(loc);
    NDArray logSquare = noise.square().sum(new int[] {-1}).mul(0.5).log();
    return Draw.mapped(value, 1, () -> density(Special.softplus(logSquare.sub(logGamma))));
  }

  @Override
  protected NDArray doMean() {
    NDArray each = run().bind(df).expandDims(-1);
    return Tensors.where(each.gt(1), loc, number(Double.NaN));
  }

  @Override
  protected NDArray doVariance() {
    NDArray each = run().bind(df).expandDims(-1);
    NDArray excess = Tensors.where(each.gt(2), each.sub(2), number(1));
    NDArray heavy = Tensors.where(each.gt(1), number(Double.POSITIVE_INFINITY), number(Double.NaN));
    NDArray finite = Matrices.rowSquares(Matrices.lower(scaleTril)).mul(each).div(excess);
    return Tensors.where(each.gt(2), finite, heavy);
  }

  @Override
  protected NDArray doEntropy() {
    NDArray rests = logLessDigamma(df.mul(0.5)).sub(logLessDigamma(halfTotal()));
    return halfTotal().mul(growth().add(rests)).sub(logNormalizer());
  }

  @Override
  public MultivariateStudentT withParameters(UnaryOperator<NDArray> operator) {
    return new MultivariateStudentT(
        operator.apply(df), operator.apply(loc), operator.apply(scaleTril));
  }
}
