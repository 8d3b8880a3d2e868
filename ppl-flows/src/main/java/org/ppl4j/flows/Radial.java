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
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Radial flows: y = x + β (x − x₀) / (α + r), r = |x − x₀|, with log |det| = (D − 1) log(1 + β / (α
 * + r)) + log(1 + α β / (α + r)²).
 *
 * <p>x and y: {@code (*, D)}. α = softplus(a) and β = −α + softplus(b), so that the map is a
 * bijection, the identity for a = b. Tensors: {@code center (D)}, random; {@code a ()} and {@code b
 * ()}, 0. Both directions are closed forms: r is the root of a quadratic. Source: Rezende and
 * Mohamed, "Variational inference with normalizing flows" (2015), equation 14 and appendix A.2.
 */
public final class Radial implements TransformModule {

  private static final Family FAMILY = Family.of(Radial.class, 1);

  private final int dim;

  private Radial(int dim) {
    this.dim = dim;
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Radial of(int dim) {
    checkArgument(dim >= 1, "radial needs at least 1 coordinate, but dim is %s", dim);
    return new Radial(dim);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape shape = new Shape(dim);
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("center", shape, (rng, run) -> rng.normal(run, shape)),
        TensorSpec.parameter("a", new Shape(), 0),
        TensorSpec.parameter("b", new Shape(), 0));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Map(tensors.get("center"), tensors.get("a"), tensors.get("b"), dim);
  }

  @Override
  public String toString() {
    return "radial(" + dim + ")";
  }

  private static final class Map extends VectorMap {

    private static final double TINY = 1e-30;

    private final NDArray center;
    private final NDArray a;
    private final NDArray b;
    private final int dim;
    private final NDArray alpha;
    private final NDArray beta;

    Map(NDArray center, NDArray a, NDArray b, int dim) {
      super(
          Shapes.broadcast(
              Shapes.dropRight(center.getShape(), 1),
              Shapes.broadcast(a.getShape(), b.getShape())));
      this.center = center;
      this.a = a;
      this.b = b;
      this.dim = dim;
      this.alpha = Special.softplus(a);
      this.beta = Special.softplus(b).sub(alpha);
    }

    private static NDArray radius(NDArray offset) {
      return dot(offset, offset).maximum(TINY).sqrt();
    }

    private NDArray logDet(NDArray radius, NDArray stretch) {
      NDArray last = Special.log1p(stretch.mul(alpha).div(alpha.add(radius)));
      return dim == 1 ? last : Special.log1p(stretch).mul(dim - 1).add(last);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray offset = x.sub(center);
      NDArray radius = radius(offset);
      NDArray stretch = beta.div(alpha.add(radius));
      return new Mapped(x.add(offset.mul(stretch.expandDims(-1))), logDet(radius, stretch));
    }

    /** r² + (α + β − R) r − α R = 0, by the form of the root that does not cancel. */
    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray offset = y.sub(center);
      NDArray image = radius(offset);
      NDArray half = image.sub(alpha).sub(beta).mul(0.5);
      NDArray product = alpha.mul(image);
      NDArray root = half.square().add(product).sqrt();
      NDArray radius =
          Tensors.where(half.gt(0), half.add(root), product.div(root.sub(half.minimum(0))));
      NDArray stretch = beta.div(alpha.add(radius));
      NDArray x = center.add(offset.div(stretch.add(1).expandDims(-1)));
      return new Mapped(x, logDet(radius, stretch).neg());
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(center), operator.apply(a), operator.apply(b), dim);
    }

    @Override
    public String toString() {
      return "radial";
    }
  }
}
