package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.GammaDifferences;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The distribution of Cholesky factors L of correlation matrices whose density is proportional to
 * det(L Lᵀ)^(η − 1) as one of the matrices: uniform for η = 1, near the identity for large η.
 *
 * <p>With respect to the entries below the diagonal, for rows i = 1 … D − 1 counted from 0 and b_i
 * = η + (D − 1 − i) / 2,
 *
 * <pre>{@code
 * log p(L) = Σ 2 (b_i − 1) log L_ii + log Γ(b_i + i/2) − log Γ(b_i) − i/2 log π
 * }</pre>
 *
 * <p>Parameters: the size D of the matrices, at least 2; {@code concentration > 0}, η. A draw's row
 * i is (ε_1, …, ε_i, √(2 g)) normalised, with ε standard normal and g a gamma draw of concentration
 * b_i, differentiated implicitly; L_ii² = σ(d) and the rest 1 − σ(d) with d = log 2g − log |ε|², so
 * that rows have length 1 however large d is. Means, variances and the entropy follow from L_ii² ~
 * Beta(b_i, i/2).
 *
 * <p>Source: Lewandowski, Kurowicka and Joe, "Generating random correlation matrices based on vines
 * and extended onion method" (2009), section 3.2.
 */
public final class LKJCholesky extends Distribution {

  private final int size;
  private final NDArray concentration;

  private LKJCholesky(int size, NDArray concentration) {
    super(new Shape(size, size), Argument.positive("concentration", concentration));
    checkArgument(
        size >= 2, "LKJCholesky has matrices of %s rows; a correlation needs at least 2", size);
    this.size = size;
    this.concentration = concentration;
  }

  /**
   * A distribution of factors of correlation matrices.
   *
   * @param size the number of rows and columns
   * @param concentration {@code (*)}
   * @throws IllegalArgumentException if there are less than 2 rows or a plain number is out of
   *     range
   */
  public static LKJCholesky of(int size, NDArray concentration) {
    return new LKJCholesky(size, concentration);
  }

  /** As {@link #of(int, NDArray)}. */
  public static LKJCholesky of(int size, double concentration) {
    return of(size, number(concentration));
  }

  /** The parameter {@code concentration}. */
  public NDArray concentration() {
    return concentration;
  }

  @Override
  public Constraint support() {
    return Constraint.CORR_CHOLESKY;
  }

  /** i / 2 for the rows from {@code first}. */
  private NDArray halves(Run run, int first) {
    double[] halves = new double[size - first];
    for (int i = first; i < size; i++) {
      halves[i - first] = 0.5 * i;
    }
    return run.create(halves, new Shape(halves.length));
  }

  /** b_i for the rows from {@code first}, {@code (*, rows)}. */
  private NDArray shapes(Run run, int first) {
    double[] more = new double[size - first];
    for (int i = first; i < size; i++) {
      more[i - first] = 0.5 * (size - 1 - i);
    }
    return run.bind(concentration).expandDims(-1).add(run.create(more, new Shape(more.length)));
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(LogDistances.of(Tensors.range(Linalg.diagonal(value), -1, 1, size), 0));
  }

  private NDArray density(NDArray logDiagonal) {
    Run run = Tensors.run(logDiagonal);
    NDArray shapes = shapes(run, 1);
    return sum(shapes.sub(1).mul(2).mul(logDiagonal)).add(logNormalizer(run));
  }

  private NDArray logNormalizer(Run run) {
    NDArray halves = halves(run, 1);
    NDArray shapes = shapes(run, 1);
    NDArray total = shapes.add(halves);
    // log Γ(total) − log Γ(shape), of which the parts that are as large as they are cancel.
    NDArray each =
        Special.logFactorialRest(total)
            .sub(Special.logFactorialRest(shapes))
            .add(Special.log1p(halves.div(shapes)).mul(shapes.sub(1)))
            .add(total.log().sub(1).mul(halves));
    return sum(each).sub(0.25 * size * (size - 1) * MathConstants.LOG_PI);
  }

  private static NDArray sum(NDArray x) {
    return x.sum(new int[] {-1});
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    Shape rows = Shapes.concat(batch, new Shape(size - 1));
    NDArray logGamma = rng.split(0).logGamma(expanded(shapes(run, 1), rows));
    NDArray normal = rng.split(1).normal(run, Shapes.concat(batch, new Shape(size, size)));
    NDArray noise = Linalg.tril(normal, -1);
    NDArray squares = Tensors.range(Matrices.rowSquares(noise), -1, 1, size);
    NDArray logOdds = logGamma.add(MathConstants.LOG_2).sub(squares.log());
    NDArray logDiagonal = Special.logSigmoid(logOdds).mul(0.5);
    NDArray scale = Special.logSigmoid(logOdds.neg()).mul(0.5).exp().div(squares.sqrt());
    NDArray first = run.zeros(Shapes.concat(batch, new Shape(1)));
    NDArray below = noise.mul(Tensors.concat(List.of(first, scale), -1).expandDims(-1));
    NDArray logs = Tensors.concat(List.of(first, logDiagonal), -1);
    NDArray value = below.add(Linalg.diagonalMatrix(LogDistances.exp(logs)));
    return Draw.of(
        LogDistances.carried(value, 0, () -> entries(logs, below)), () -> density(logDiagonal));
  }

  /** The logarithms of the sizes of all entries. */
  private NDArray entries(NDArray logDiagonal, NDArray below) {
    NDArray ones = Tensors.run(below).ones(below.getShape());
    NDArray isBelow = Linalg.tril(ones, -1).gt(0);
    NDArray logBelow = Tensors.where(isBelow, below, 1).abs().log();
    NDArray lower = logBelow.add(Linalg.diagonalMatrix(logDiagonal));
    return Tensors.where(Linalg.tril(ones, 0).gt(0), lower, Double.NEGATIVE_INFINITY);
  }

  /** Γ(b + ½) Γ(b + i/2) / (Γ(b) Γ(b + i/2 + ½)) on the diagonal. */
  @Override
  protected NDArray doMean() {
    return Linalg.diagonalMatrix(meanOfDiagonal());
  }

  private NDArray meanOfDiagonal() {
    NDArray b = shapes(run(), 0);
    NDArray halves = halves(run(), 0);
    NDArray less = GammaDifferences.fallOfHalfStep(b, halves).exp();
    return b.div(b.add(halves)).sqrt().mul(less);
  }

  /** 1 / (2 b + i) below the diagonal, 2 b / (2 b + i) less the mean's square on it. */
  @Override
  protected NDArray doVariance() {
    NDArray b = shapes(run(), 0);
    NDArray halves = halves(run(), 0);
    NDArray total = b.add(halves);
    NDArray logShare = GammaDifferences.fallOfHalfStep(b, halves).mul(2);
    NDArray diagonal = b.div(total).mul(Special.expm1(logShare).neg());
    Shape square = Shapes.concat(diagonal.getShape(), new Shape(size));
    NDArray below = expanded(number(0.5).div(total).expandDims(-1), square);
    return Linalg.tril(below, -1).add(Linalg.diagonalMatrix(diagonal));
  }

  /** By E log L_ii = ½ (ψ(b) − ψ(b + i/2)). */
  @Override
  protected NDArray doEntropy() {
    NDArray halves = halves(run(), 1);
    NDArray b = shapes(run(), 1);
    NDArray rests = logLessDigamma(b.add(halves)).sub(logLessDigamma(b));
    NDArray meanLog = rests.sub(Special.log1p(halves.div(b)));
    return sum(b.sub(1).mul(meanLog)).add(logNormalizer(run())).neg();
  }

  @Override
  public LKJCholesky withParameters(UnaryOperator<NDArray> operator) {
    return new LKJCholesky(size, operator.apply(concentration));
  }
}
