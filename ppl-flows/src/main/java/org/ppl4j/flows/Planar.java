package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Special;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Planar flows: y = x + û tanh(w·x + b), log |det| = log |1 + (1 − tanh²(w·x + b)) w·û|.
 *
 * <p>x and y: {@code (*, D)}. û = u + (softplus(w·u + κ) − 1 − w·u) w / |w|² with softplus(κ) = 1
 * keeps w·û above −1, so that the map is a bijection, and is 0 for u = 0: the identity at first.
 * Tensors: {@code u (D)} 0, {@code w (D)} random, {@code b ()} 0. Forward is a formula; the inverse
 * searches one number, w·x, between w·y ∓ |w·û|. Source: Rezende and Mohamed, "Variational
 * inference with normalizing flows" (2015), equations 10 to 12 and appendix A.1.
 */
public final class Planar implements TransformModule {

  /** softplus of it is 1. */
  static final double UNIT = Math.log(Math.expm1(1));

  private final int dim;

  private Planar(int dim) {
    this.dim = dim;
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Planar of(int dim) {
    checkArgument(dim >= 1, "planar needs at least 1 coordinate, but dim is %s", dim);
    return new Planar(dim);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape shape = new Shape(dim);
    return List.of(
        TensorSpec.parameter("u", shape, 0),
        TensorSpec.parameter("w", shape, (rng, run) -> rng.normal(run, shape).div(Math.sqrt(dim))),
        TensorSpec.parameter("b", new Shape(), 0));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Map(tensors.get("u"), tensors.get("w"), tensors.get("b"));
  }

  @Override
  public String toString() {
    return "planar(" + dim + ")";
  }

  private static final class Map extends VectorMap {

    private final NDArray u;
    private final NDArray w;
    private final NDArray b;

    /** Along u: û, and w·û. */
    private final NDArray direction;

    private final NDArray strength;

    Map(NDArray u, NDArray w, NDArray b) {
      super(Shapes.broadcast(Shapes.dropRight(u.getShape(), 1), b.getShape()));
      this.u = u;
      this.w = w;
      this.b = b;
      NDArray along = dot(w, u);
      this.strength = Special.softplus(along.add(UNIT)).sub(1);
      NDArray missing = strength.sub(along).div(dot(w, w));
      this.direction = u.add(w.mul(missing.expandDims(-1)));
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray tanh = dot(w, x).add(b).tanh();
      return new Mapped(x.add(direction.mul(tanh.expandDims(-1))), logDet(tanh));
    }

    private NDArray logDet(NDArray tanh) {
      return Special.log1p(tanh.square().sub(1).neg().mul(strength));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray image = dot(w, y);
      NDArray reach = strength.abs();
      NDArray along =
          MonotoneInverse.of(
              a -> {
                NDArray tanh = a.add(b).tanh();
                return new Mapped(a.add(strength.mul(tanh)), logDet(tanh));
              },
              image,
              image.sub(reach),
              image.add(reach));
      NDArray tanh = along.add(b).tanh();
      return new Mapped(y.sub(direction.mul(tanh.expandDims(-1))), logDet(tanh).neg());
    }

    @Override
    public Invertibility invertibility() {
      return Invertibility.ITERATIVE;
    }

    @Override
    public int iterations() {
      return MonotoneInverse.STEPS;
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(u), operator.apply(w), operator.apply(b));
    }

    @Override
    public String toString() {
      return "planar";
    }
  }
}
