package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableLongArray;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ppl4j.internal.math.PivotedFactors;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A regular matrix by its decomposition: y = P L (U + D) x, a fixed order of rows, a lower triangle
 * with ones and an upper one with the diagonal D = ±exp(l), whose signs stay; log |det| = Σ l.
 * Tensors: {@code lower (D, D)} and {@code upper (D, D)}, of which the strict triangles count, and
 * {@code logDiagonal (D)}, kept between −10 and 10.
 */
final class Plu implements TransformModule {

  private static final Family FAMILY = Family.of(Plu.class, 1);

  private static final double BOUND = 10;

  private final int dim;
  private final ImmutableLongArray order;
  private final ImmutableDoubleArray signs;
  private final ImmutableDoubleArray factors;
  private final String name;

  private Plu(
      int dim,
      ImmutableLongArray order,
      ImmutableDoubleArray signs,
      ImmutableDoubleArray factors,
      String name) {
    this.dim = dim;
    this.order = order;
    this.signs = signs;
    this.factors = factors;
    this.name = name;
  }

  /** That starts at a matrix, by elimination with the largest pivot of each column. */
  static Plu of(double[][] matrix, String name) {
    int dim = matrix.length;
    double[] factors = new double[dim * (dim + 1)];
    for (int i = 0; i < dim; i++) {
      checkArgument(
          matrix[i].length == dim,
          "%s starts at a matrix of %s rows, but row %s has %s entries",
          name,
          dim,
          i,
          matrix[i].length);
      System.arraycopy(matrix[i], 0, factors, i * dim, dim);
    }
    PivotedFactors.factor(factors, 0, dim);
    int[] from = IntStream.range(0, dim).toArray();
    double[] signs = new double[dim];
    for (int k = 0; k < dim; k++) {
      double pivot = factors[k * (dim + 1)];
      checkArgument(
          Math.abs(Math.log(Math.abs(pivot))) <= BOUND,
          "%s starts at a matrix whose pivot %s is %s, but one must be between e^-10 and e^10 in"
              + " size; start at a matrix that is further from a singular one",
          name,
          k,
          pivot);
      signs[k] = Math.signum(pivot);
      int other = PivotedFactors.exchanged(factors, dim, k);
      int row = from[k];
      from[k] = from[other];
      from[other] = row;
    }
    long[] order = new long[dim];
    for (int i = 0; i < dim; i++) {
      order[from[i]] = i;
    }
    return new Plu(
        dim,
        ImmutableLongArray.copyOf(order),
        ImmutableDoubleArray.copyOf(signs),
        ImmutableDoubleArray.copyOf(Arrays.copyOf(factors, dim * dim)),
        name);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape square = new Shape(dim, dim);
    double[] all = factors.toArray();
    double[] diagonal = new double[dim];
    for (int i = 0; i < dim; i++) {
      diagonal[i] = Math.log(Math.abs(all[i * (dim + 1)]));
    }
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter(
            "lower", square, (rng, run) -> Linalg.tril(run.create(all, square), -1)),
        TensorSpec.parameter(
            "upper", square, (rng, run) -> Linalg.triu(run.create(all, square), 1)),
        TensorSpec.parameter(
            "logDiagonal", new Shape(dim), (rng, run) -> run.create(diagonal, new Shape(dim))));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray logDiagonal = ScalarMath.clamp(tensors.get("logDiagonal"), BOUND);
    NDArray sign = Tensors.run(logDiagonal).create(signs.toArray(), new Shape(dim));
    NDArray one = Tensors.run(logDiagonal).ones(new Shape(dim));
    return new Map(
        Triangular.matrix(tensors.get("lower"), one, false),
        Triangular.matrix(tensors.get("upper"), logDiagonal.exp().mul(sign), true),
        logDiagonal.sum(new int[] {-1}),
        order,
        name);
  }

  @Override
  public String toString() {
    return name;
  }

  private static final class Map extends VectorMap {

    private final NDArray lower;
    private final NDArray upper;
    private final NDArray logDet;
    private final ImmutableLongArray order;
    private final String name;

    Map(NDArray lower, NDArray upper, NDArray logDet, ImmutableLongArray order, String name) {
      super(Shapes.broadcast(Shapes.dropRight(lower.getShape(), 2), logDet.getShape()));
      this.lower = lower;
      this.upper = upper;
      this.logDet = logDet;
      this.order = order;
      this.name = name;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray matrix = Tensors.matMul(lower, upper);
      return new Mapped(Linalg.times(Tensors.select(matrix, index(x, order), -2), x), logDet);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      long[] back = new long[order.length()];
      for (int i = 0; i < back.length; i++) {
        back[(int) order.get(i)] = i;
      }
      NDArray sorted = Tensors.select(y, index(y, ImmutableLongArray.copyOf(back)), -1);
      NDArray x = Linalg.substitute(upper, Linalg.substitute(lower, sorted, false), true);
      return new Mapped(x, logDet.neg());
    }

    private static NDArray index(NDArray x, ImmutableLongArray places) {
      return Tensors.run(x).create(places.toArray(), new Shape(places.length()));
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(
          operator.apply(lower), operator.apply(upper), operator.apply(logDet), order, name);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
