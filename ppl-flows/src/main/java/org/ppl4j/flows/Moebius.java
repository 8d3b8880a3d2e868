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
 * Möbius transformations of the sphere of directions: y = p + (1 − |p|²) (x + p) / |x + p|² with a
 * point p inside of the sphere, towards which all directions are drawn; per unit of surface log
 * |det| = (D − 1) log((1 − |p|²) / |x + p|²).
 *
 * <p>x and y: {@code (*, D)}, unit vectors, D at least 2: the circle for 2. Tensor: {@code pull
 * (D)}, 0, with p = pull / √(1 + |pull|²): the identity at first. Both directions are closed forms,
 * the inverse that of −p, and cost a few products of vectors.
 *
 * <p>From a {@link org.ppl4j.distributions.SphericalUniform} base it makes the Cauchy distributions
 * of the sphere, which have one mode, at p / |p|; two of them one after the other are a third and a
 * rotation, so that a stack of them makes no more. What makes several modes is an {@link
 * ExponentialMap}.
 *
 * <p>Sources: Rezende, Papamakarios, Racanière, Albergo, Kanwar, Shanahan and Cranmer, "Normalizing
 * flows on tori and spheres" (2020), equation 7, with ω = −p; Kato and McCullagh, "Some properties
 * of a Cauchy family on the sphere derived from the Möbius transformations" (2020).
 */
public final class Moebius implements TransformModule {

  private static final Family FAMILY = Family.of(Moebius.class, 1);

  private final int dim;

  private Moebius(int dim) {
    this.dim = dim;
  }

  /**
   * Of unit vectors of {@code dim} entries.
   *
   * @throws IllegalArgumentException if {@code dim} is below 2
   */
  public static Moebius of(int dim) {
    checkArgument(dim >= 2, "moebius needs vectors of at least 2 entries, but dim is %s", dim);
    return new Moebius(dim);
  }

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(FAMILY, TensorSpec.parameter("pull", new Shape(dim), 0));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Map(tensors.get("pull"), dim);
  }

  @Override
  public String toString() {
    return "moebius(" + dim + ")";
  }

  private static final class Map extends SphereMap {

    private final NDArray pull;
    private final int dim;
    private final NDArray point;

    /** 1 − |p|², and its logarithm. */
    private final NDArray rest;

    private final NDArray logRest;

    Map(NDArray pull, int dim) {
      super(Shapes.dropRight(pull.getShape(), 1));
      this.pull = pull;
      this.dim = dim;
      NDArray square = dot(pull, pull);
      this.rest = Tensors.number(1).div(square.add(1));
      this.logRest = Special.log1p(square).neg();
      this.point = pull.mul(rest.sqrt().expandDims(-1));
    }

    @Override
    Mapped ofUnit(NDArray x) {
      return drawn(x, point);
    }

    @Override
    Mapped inverseOfUnit(NDArray y) {
      return drawn(y, point.neg());
    }

    private Mapped drawn(NDArray x, NDArray towards) {
      NDArray sum = x.add(towards);
      NDArray square = dot(sum, sum);
      NDArray value = sum.mul(rest.div(square).expandDims(-1)).add(towards);
      return new Mapped(value, logRest.sub(square.log()).mul(dim - 1));
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(pull), dim);
    }

    @Override
    public String toString() {
      return "moebius";
    }
  }
}
