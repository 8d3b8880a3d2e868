package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Sylvester flows: y = x + Q R tanh(S Qᵀ x + b), planar flows of M units at once, with Q of M
 * orthonormal columns, R and S upper triangular, log |det| = Σ log(1 + (1 − tanh²) r_ii s_ii).
 *
 * <p>x and y: {@code (*, D)}. The diagonals of R and S go through tanh, so that r_ii s_ii > −1 and
 * the map is a bijection. Q is the first M columns of Householder reflections, of a rotation by a
 * matrix exponential, or, in the triangular form, of the identity. Tensors: those of Q, {@code r
 * (M, M)} 0, hence the identity at first, {@code s (M, M)} random, {@code b (M)} 0. Forward is a
 * formula; the inverse searches M numbers, one after the other, from the last unit to the first.
 * Source: van den Berg, Hasenclever, Tomczak and Welling, "Sylvester normalizing flows for
 * variational inference" (2018), theorem 1 and section 4.
 */
public final class Sylvester implements TransformModule {

  private static final Family FAMILY = Family.of(Sylvester.class, 1);

  private final int dim;
  private final int units;
  private final @Nullable Orthogonal basis;

  private Sylvester(int dim, int units, @Nullable Orthogonal basis) {
    checkArgument(
        units >= 1 && units <= dim,
        "sylvester has %s units, but vectors of %s coordinates take 1 to as many",
        units,
        dim);
    this.dim = dim;
    this.units = units;
    this.basis = basis;
  }

  /**
   * With Q by this many Householder reflections.
   *
   * @throws IllegalArgumentException if {@code units} is not from 1 to {@code dim}
   */
  public static Sylvester householder(int dim, int units, int reflections) {
    return new Sylvester(dim, units, Orthogonal.householder(dim, reflections));
  }

  /** With Q by the exponential of a skew matrix. */
  public static Sylvester orthogonal(int dim, int units) {
    return new Sylvester(dim, units, Orthogonal.exponential(dim));
  }

  /** With the first coordinates for Q; permute between layers. */
  public static Sylvester triangular(int dim, int units) {
    return new Sylvester(dim, units, null);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape square = new Shape(units, units);
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(TensorSpec.parameter("r", square, 0));
    specs.add(
        TensorSpec.parameter(
            "s", square, (rng, run) -> rng.normal(run, square).div(Math.sqrt(units))));
    specs.add(TensorSpec.parameter("b", new Shape(units), 0));
    if (basis != null) {
      basis.tensors().forEach(spec -> specs.add(spec.within("q")));
    }
    return TensorSpec.ofFamily(FAMILY, specs);
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray whole =
        basis == null ? Tensors.run(tensors.get("b")).eye(dim) : basis.matrix(tensors.within("q"));
    NDArray q = Tensors.range(whole, -1, 0, units);
    return new Map(q, triangle(tensors.get("r")), triangle(tensors.get("s")), tensors.get("b"));
  }

  private static NDArray triangle(NDArray raw) {
    return Triangular.matrix(raw, Linalg.diagonal(raw).tanh(), true);
  }

  @Override
  public String toString() {
    return "sylvester(" + dim + ", " + units + " units)";
  }

  /** The layer with its matrices: Q (*, D, M), R and S (*, M, M), b (*, M). */
  static final class Map extends VectorMap {

    private final NDArray q;
    private final NDArray r;
    private final NDArray s;
    private final NDArray b;
    private final NDArray diagonal;

    Map(NDArray q, NDArray r, NDArray s, NDArray b) {
      super(
          Shapes.broadcast(
              Shapes.dropRight(q.getShape(), 2),
              Shapes.dropRight(r.getShape(), 2),
              Shapes.dropRight(s.getShape(), 2),
              Shapes.dropRight(b.getShape(), 1)));
      this.q = q;
      this.r = r;
      this.s = s;
      this.b = b;
      this.diagonal = Linalg.diagonal(r).mul(Linalg.diagonal(s));
    }

    private NDArray units(NDArray x) {
      return Linalg.times(s, Linalg.times(q.swapAxes(-1, -2), x)).add(b).tanh();
    }

    private NDArray logDet(NDArray tanh) {
      return Special.log1p(tanh.square().sub(1).neg().mul(diagonal)).sum(new int[] {-1});
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray tanh = units(x);
      return new Mapped(x.add(Linalg.times(q, Linalg.times(r, tanh))), logDet(tanh));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      Mapped found = Tensors.run(y).withoutGradients(() -> solve(y));
      return ImplicitInverse.of(found, y, this::doForward, Constraint.REAL);
    }

    /** Unit i of Qᵀ x: z_i + r_ii tanh(s_ii z_i + rest) = what is left of Qᵀ y. */
    private Mapped solve(NDArray y) {
      NDArray image = Linalg.times(q.swapAxes(-1, -2), y);
      int count = Math.toIntExact(b.getShape().get(b.getShape().dimension() - 1));
      List<NDArray> z = new ArrayList<>();
      List<NDArray> tanh = new ArrayList<>();
      for (int i = count - 1; i >= 0; i--) {
        NDArray offset = column(b, i);
        NDArray left = column(image, i);
        for (int j = count - 1, at = 0; j > i; j--, at++) {
          offset = offset.add(entry(s, i, j).mul(z.get(at)));
          left = left.sub(entry(r, i, j).mul(tanh.get(at)));
        }
        NDArray shift = offset;
        NDArray weight = entry(r, i, i);
        NDArray scale = entry(s, i, i);
        NDArray solved =
            MonotoneInverse.of(
                v -> {
                  NDArray t = scale.mul(v).add(shift).tanh();
                  NDArray slope = Special.log1p(t.square().sub(1).neg().mul(weight.mul(scale)));
                  return new Mapped(v.add(weight.mul(t)), slope);
                },
                left,
                left.sub(weight.abs()),
                left.add(weight.abs()));
        z.add(solved);
        tanh.add(scale.mul(solved).add(shift).tanh());
      }
      Collections.reverse(tanh);
      NDArray all = Tensors.stack(tanh, -1);
      return new Mapped(y.sub(Linalg.times(q, Linalg.times(r, all))), logDet(all).neg());
    }

    private static NDArray column(NDArray x, int i) {
      return Tensors.range(x, -1, i, i + 1L).squeeze(-1);
    }

    private static NDArray entry(NDArray matrix, int i, int j) {
      return column(Tensors.range(matrix, -2, i, i + 1L).squeeze(-2), j);
    }

    @Override
    public Invertibility invertibility() {
      return Invertibility.ITERATIVE;
    }

    @Override
    public int iterations() {
      return Math.toIntExact(b.getShape().get(b.getShape().dimension() - 1))
          * MonotoneInverse.STEPS;
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(q), operator.apply(r), operator.apply(s), operator.apply(b));
    }

    @Override
    public String toString() {
      return "sylvester";
    }
  }
}
