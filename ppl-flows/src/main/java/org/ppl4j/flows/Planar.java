package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
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
 * Planar flows: y = x + û h(w·x + b), log |det| = log(1 + h′(w·x + b) w·û), with h = tanh or
 * another {@link Nonlinearity} of slopes up to L.
 *
 * <p>x and y: {@code (*, D)}. û = u + (m(w·u) − w·u) w / |w|² with m(a) = (softplus(L a + κ) − 1) /
 * L and softplus(κ) = 1 keeps w·û above −1 / L, so that the map is a bijection, and is 0 for u = 0:
 * the identity at first. An h without a bound may be steepest all along, where the map would then
 * be flat: for these it is L / 0.9 in place of L, which keeps the slope of the map above 0.1, so
 * that what it contracts has its digits. Where w = 0 the map is the shift by û h(b), a bijection
 * whatever û is, and û = u. Tensors: {@code u (D)} 0, {@code w (D)} random, {@code b ()} 0. Forward
 * is a formula; the inverse searches one number, w·x. Source: Rezende and Mohamed, "Variational
 * inference with normalizing flows" (2015), equations 10 to 12 and appendix A.1.
 */
public final class Planar implements TransformModule {

  private static final Family FAMILY = Family.of(Planar.class, 1);

  /** softplus of it is 1. */
  static final double UNIT = Math.log(Math.expm1(1));

  private final int dim;
  private final Nonlinearity h;

  private Planar(int dim, Nonlinearity h) {
    this.dim = dim;
    this.h = h;
  }

  /**
   * For vectors of {@code dim} coordinates, with h = tanh.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Planar of(int dim) {
    return of(dim, Nonlinearity.tanh());
  }

  /**
   * With another h.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1, or the largest slope of h is not
   *     positive and finite
   */
  public static Planar of(int dim, Nonlinearity h) {
    checkArgument(dim >= 1, "planar needs at least 1 coordinate, but dim is %s", dim);
    double steepest = h.steepest();
    checkArgument(
        steepest > 0 && Double.isFinite(steepest),
        "planar has a nonlinearity of slopes up to %s; it must be positive and finite",
        steepest);
    return new Planar(dim, h);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape shape = new Shape(dim);
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("u", shape, 0),
        TensorSpec.parameter("w", shape, (rng, run) -> rng.normal(run, shape).div(Math.sqrt(dim))),
        TensorSpec.parameter("b", new Shape(), 0));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Map(tensors.get("u"), tensors.get("w"), tensors.get("b"), h);
  }

  @Override
  public String toString() {
    return "planar(" + dim + ")";
  }

  private static final class Map extends VectorMap {

    /** The least |w|² that has its digits in both float types. */
    private static final double TINY = 1e-30;

    /** The least slope of the map where h has no bound. */
    private static final double MIN_SLOPE = 0.1;

    private final NDArray u;
    private final NDArray w;
    private final NDArray b;
    private final Nonlinearity h;

    /** Along u: û, and w·û. */
    private final NDArray direction;

    private final NDArray strength;

    Map(NDArray u, NDArray w, NDArray b, Nonlinearity h) {
      super(Shapes.broadcast(Shapes.dropRight(u.getShape(), 1), b.getShape()));
      this.u = u;
      this.w = w;
      this.b = b;
      this.h = h;
      NDArray along = dot(w, u);
      NDArray square = dot(w, w);
      NDArray isLong = square.gte(TINY);
      double limit = Double.isFinite(h.bound()) ? h.steepest() : h.steepest() / (1 - MIN_SLOPE);
      NDArray missing = missing(along.mul(limit)).div(limit);
      this.strength = Tensors.where(isLong, along.add(missing), along);
      NDArray share = Tensors.where(isLong, missing.div(Tensors.where(isLong, square, 1)), 0);
      this.direction = u.add(w.mul(share.expandDims(-1)));
    }

    /**
     * softplus(a + κ) − 1 − a; near 0, where that cancels, in the form log(1 + (exp(−a) − 1) / e).
     */
    private static NDArray missing(NDArray a) {
      NDArray isSmall = a.abs().lt(1);
      NDArray small = Special.expm1(Tensors.where(isSmall, a, 0).neg()).mul(Math.exp(-1));
      NDArray large = Special.softplus(a.add(UNIT).neg()).add(UNIT - 1);
      return Tensors.where(isSmall, Special.log1p(small), large);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray at = dot(w, x).add(b);
      return new Mapped(x.add(moved(at)), logDet(at));
    }

    private NDArray moved(NDArray at) {
      return direction.mul(h.value(at).expandDims(-1));
    }

    private NDArray logDet(NDArray at) {
      return Special.log1p(h.slope(at).mul(strength));
    }

    /**
     * Of f(a) = a + w·û h(a + b) = w·y, from a₀ = w·y on: f is off by w·û h there, its slope at
     * least 1 or, where that is less, 1 + w·û L.
     */
    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray image = dot(w, y);
      NDArray off = strength.mul(h.value(image.add(b)));
      NDArray minSlope = strength.minimum(0).mul(h.steepest()).add(1);
      NDArray distance = off.abs().div(minSlope.maximum(TINY));
      if (Double.isFinite(h.bound())) {
        distance = distance.minimum(strength.abs().mul(h.bound()));
      }
      NDArray other = image.sub(off.sign().mul(distance));
      NDArray along =
          MonotoneInverse.of(
              a -> {
                NDArray at = a.add(b);
                return new Mapped(a.add(strength.mul(h.value(at))), logDet(at));
              },
              image,
              image.minimum(other),
              image.maximum(other));
      NDArray at = along.add(b);
      return new Mapped(y.sub(moved(at)), logDet(at).neg());
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
      return new Map(operator.apply(u), operator.apply(w), operator.apply(b), h);
    }

    @Override
    public String toString() {
      return "planar";
    }
  }
}
