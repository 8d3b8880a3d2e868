package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Rotations and reflections: y = Q x with Q orthogonal, log |det| = 0; the inverse is Qᵀ.
 *
 * <p>x and y: {@code (*, D)}. Three forms:
 *
 * <ul>
 *   <li>{@link #householder}: Q = H_n … H_1, H = I − 2 v vᵀ / |v|², tensor {@code vectors (n, D)};
 *       every orthogonal matrix of the sign (−1)ⁿ for n = D. Pairs of equal vectors make the
 *       identity at first, if n is even; v = 0 reflects nothing. Source: Tomczak and Welling,
 *       "Improving variational auto-encoders using Householder flow" (2016).
 *   <li>{@link #exponential}: Q = exp(A − Aᵀ), tensor {@code weight (D, D)}; every rotation, the
 *       identity at first. Source: Lezcano-Casado and Martínez-Rubio (2019).
 *   <li>{@link #cayley}: Q = (I + S)⁻¹ (I − S), S = A − Aᵀ, tensor {@code weight (D, D)}; every
 *       rotation without an eigenvalue −1, the identity at first.
 * </ul>
 */
public final class Orthogonal implements TransformModule {

  private static final Family FAMILY = Family.of(Orthogonal.class, 1);

  private enum Form {
    HOUSEHOLDER,
    EXPONENTIAL,
    CAYLEY
  }

  private final Form form;
  private final int dim;
  private final int reflections;

  private Orthogonal(Form form, int dim, int reflections) {
    checkArgument(dim >= 1, "orthogonal needs at least 1 coordinate, but dim is %s", dim);
    this.form = form;
    this.dim = dim;
    this.reflections = reflections;
  }

  /**
   * By this many Householder reflections.
   *
   * @throws IllegalArgumentException if {@code dim} or {@code reflections} is below 1
   */
  public static Orthogonal householder(int dim, int reflections) {
    checkArgument(
        reflections >= 1, "householder has %s reflections, but needs at least 1", reflections);
    return new Orthogonal(Form.HOUSEHOLDER, dim, reflections);
  }

  /** By the exponential of a skew matrix. */
  public static Orthogonal exponential(int dim) {
    return new Orthogonal(Form.EXPONENTIAL, dim, 0);
  }

  /** By Cayley's transform of a skew matrix. */
  public static Orthogonal cayley(int dim) {
    return new Orthogonal(Form.CAYLEY, dim, 0);
  }

  @Override
  public List<TensorSpec> tensors() {
    if (form != Form.HOUSEHOLDER) {
      return TensorSpec.ofFamily(FAMILY, TensorSpec.parameter("weight", new Shape(dim, dim), 0));
    }
    Shape shape = new Shape(reflections, dim);
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("vectors", shape, (rng, run) -> pairs(rng, run, reflections, dim)));
  }

  /** Random vectors, each twice in a row. */
  static NDArray pairs(Rng rng, Run run, int count, int dim) {
    NDArray half = rng.normal(run, new Shape((count + 1) / 2, 1, dim));
    NDArray twice = half.broadcast(new Shape((count + 1) / 2, 2, dim));
    NDArray all = Tensors.reshape(twice, new Shape((count + 1) / 2 * 2L, dim));
    return Tensors.range(all, -2, 0, count);
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray matrix = matrix(tensors);
    NDArray logDet = Tensors.number(0);
    return new MatrixMap(matrix, matrix.swapAxes(-1, -2), 1, logDet, toString());
  }

  /** Q, {@code (*, D, D)}. */
  NDArray matrix(NamedTensors tensors) {
    if (form == Form.HOUSEHOLDER) {
      return reflected(tensors.get("vectors"));
    }
    NDArray a = tensors.get("weight");
    NDArray skew = a.sub(a.swapAxes(-1, -2));
    if (form == Form.EXPONENTIAL) {
      return Linalg.matrixExp(skew);
    }
    NDArray unit = Tensors.run(a).eye(dim);
    return Linalg.solve(unit.add(skew), unit.sub(skew));
  }

  /** H_n … H_1 of vectors {@code (*, n, D)}. */
  static NDArray reflected(NDArray vectors) {
    Shape shape = vectors.getShape();
    long count = shape.get(shape.dimension() - 2);
    long dim = shape.get(shape.dimension() - 1);
    NDArray squares = vectors.square().sum(new int[] {-1}, true);
    NDArray scaled = vectors.mul(2).div(Tensors.where(squares.gt(0), squares, 1));
    NDArray q =
        Tensors.run(vectors)
            .eye(dim)
            .broadcast(Shapes.concat(Shapes.dropRight(shape, 2), new Shape(dim, dim)));
    for (long i = 0; i < count; i++) {
      NDArray v = Tensors.range(vectors, -2, i, i + 1);
      NDArray u = Tensors.range(scaled, -2, i, i + 1);
      q = q.sub(Tensors.matMul(u.swapAxes(-1, -2), Tensors.matMul(v, q)));
    }
    return q;
  }

  @Override
  public String toString() {
    return switch (form) {
      case HOUSEHOLDER -> "householder(" + dim + ", " + reflections + " reflections)";
      case EXPONENTIAL -> "orthogonal exponential(" + dim + ")";
      case CAYLEY -> "cayley(" + dim + ")";
    };
  }
}
