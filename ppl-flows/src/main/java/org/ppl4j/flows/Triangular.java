package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Triangular matrices and a shift: y = T x + b, T lower or upper triangular with diagonal exp(l),
 * log |det| = Σ l.
 *
 * <p>x and y: {@code (*, D)}. Tensors: {@code weight (D, D)}, of which the strict triangle counts,
 * {@code logDiagonal (D)}, kept between −10 and 10, and {@code shift (D)}, all 0: the identity at
 * first. With a normal base, the lower form is a full-covariance normal distribution. The inverse
 * solves by substitution.
 */
public final class Triangular implements TransformModule {

  private static final Family FAMILY = Family.of(Triangular.class, 1);

  private static final double BOUND = 10;

  private final int dim;
  private final boolean upper;

  private Triangular(int dim, boolean upper) {
    checkArgument(dim >= 1, "triangular needs at least 1 coordinate, but dim is %s", dim);
    this.dim = dim;
    this.upper = upper;
  }

  /**
   * Lower triangular, for vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Triangular lower(int dim) {
    return new Triangular(dim, false);
  }

  /** Upper triangular, otherwise as {@link #lower}. */
  public static Triangular upper(int dim) {
    return new Triangular(dim, true);
  }

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("weight", new Shape(dim, dim), 0),
        TensorSpec.parameter("logDiagonal", new Shape(dim), 0),
        TensorSpec.parameter("shift", new Shape(dim), 0));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray logDiagonal = ScalarMath.clamp(tensors.get("logDiagonal"), BOUND);
    NDArray matrix = matrix(tensors.get("weight"), logDiagonal.exp(), upper);
    return new Map(matrix, logDiagonal.sum(new int[] {-1}), tensors.get("shift"), upper);
  }

  /** The strict triangle of {@code weight} and a diagonal. */
  static NDArray matrix(NDArray weight, NDArray diagonal, boolean upper) {
    NDArray strict = upper ? Linalg.triu(weight, 1) : Linalg.tril(weight, -1);
    return strict.add(Linalg.diagonalMatrix(diagonal));
  }

  @Override
  public String toString() {
    return (upper ? "upper" : "lower") + " triangular(" + dim + ")";
  }

  private static final class Map extends VectorMap {

    private final NDArray matrix;
    private final NDArray logDet;
    private final NDArray shift;
    private final boolean upper;

    Map(NDArray matrix, NDArray logDet, NDArray shift, boolean upper) {
      super(
          Shapes.broadcast(
              Shapes.dropRight(matrix.getShape(), 2), Shapes.dropRight(shift.getShape(), 1)));
      this.matrix = matrix;
      this.logDet = logDet;
      this.shift = shift;
      this.upper = upper;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return new Mapped(Linalg.times(matrix, x).add(shift), logDet);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray x = Linalg.substitute(matrix, y.sub(shift), upper);
      return new Mapped(x, logDet.neg());
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(matrix), operator.apply(logDet), operator.apply(shift), upper);
    }

    @Override
    public String toString() {
      return (upper ? "upper" : "lower") + " triangular";
    }
  }
}
