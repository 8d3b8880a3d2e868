package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Flows of the sphere of directions about an axis μ: each moves along the great circle through the
 * axis, so that its angle θ from it becomes s(θ), by a monotone rational quadratic spline s of K
 * pieces from [0, π] onto [0, π],
 *
 * <pre>{@code
 * y = cos s(θ) μ + sin s(θ) / sin θ (x − cos θ μ)
 * log |det| = log s′(θ) + (D − 2) log(sin s(θ) / sin θ)
 * }</pre>
 *
 * <p>per unit of surface. One makes a cluster about its axis, a band or a hole; several about axes
 * of their own make what is of all these.
 *
 * <p>x and y: {@code (*, D)}, unit vectors, D at least 2: the circle for 2. Tensors: {@code axis
 * (D)} random, whose direction is μ; {@code spline (3 K + 1)} 0: the identity at first. Both
 * directions are closed forms, and cost little more than the spline of one number.
 *
 * <p>Source: the recursion of Rezende, Papamakarios, Racanière, Albergo, Kanwar, Shanahan and
 * Cranmer, "Normalizing flows on tori and spheres" (2020), section 2.3.1, of which it is the first
 * step, about an axis that is learned and by an angle, so that it is smooth at the poles.
 */
public final class Zonal implements TransformModule {

  private static final Family FAMILY = Family.of(Zonal.class, 1);

  private final int dim;
  private final int bins;
  private final RationalQuadratic spline;

  private Zonal(int dim, int bins) {
    this.dim = dim;
    this.bins = bins;
    this.spline = RationalQuadratic.of(bins, Math.PI / 2).freeEnds();
  }

  /**
   * Of unit vectors of {@code dim} entries.
   *
   * @param bins K
   * @throws IllegalArgumentException if {@code dim} is below 2, or {@code bins} is not from 1 to
   *     500
   */
  public static Zonal of(int dim, int bins) {
    checkArgument(dim >= 2, "zonal flow needs vectors of at least 2 entries, but dim is %s", dim);
    return new Zonal(dim, bins);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape shape = new Shape(dim);
    return TensorSpec.ofFamilies(
        spline.families(),
        TensorSpec.ofFamily(
            FAMILY,
            TensorSpec.parameter("axis", shape, (rng, run) -> rng.normal(run, shape)),
            TensorSpec.parameter("spline", new Shape(spline.parameters()), 0)));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Map(tensors.get("axis"), spline.map(tensors.get("spline")), dim);
  }

  @Override
  public String toString() {
    return "zonal(" + dim + ", " + bins + " bins)";
  }

  private static final class Map extends SphereMap {

    /** The least square of a length that has a root with a derivative. */
    private static final double TINY = 1e-30;

    private final NDArray axis;

    /** From −π/2 to π/2. */
    private final Transform spline;

    private final int dim;
    private final NDArray direction;

    Map(NDArray axis, Transform spline, int dim) {
      super(
          Shapes.broadcast(
              Shapes.dropRight(axis.getShape(), 1), spline.forwardShape(Shapes.scalar())));
      this.axis = axis;
      this.spline = spline;
      this.dim = dim;
      this.direction = unit(axis);
    }

    @Override
    Mapped ofUnit(NDArray x) {
      return turned(x, spline);
    }

    @Override
    Mapped inverseOfUnit(NDArray y) {
      return turned(y, spline.inverted());
    }

    /**
     * With n = |x − μ| = 2 sin(θ/2) and p = |x + μ| = 2 cos(θ/2), which have their digits at both
     * poles. Within the root of rounding from one, where sin s(θ) has lost half of its digits, sin
     * s(θ) / sin θ is s′.
     */
    private Mapped turned(NDArray x, Transform map) {
      NDArray near = length(x.sub(direction));
      NDArray far = length(x.add(direction));
      NDArray angle = near.div(far).atan().mul(2);
      NDArray sine = near.mul(far).mul(0.5);
      Mapped image = map.forward(angle.sub(Math.PI / 2));
      NDArray slope = image.logDet();
      NDArray imageSine = image.value().cos();
      double least = Math.sqrt(Tensors.run(x).floatType().gapBelowOne());
      NDArray isApart = sine.gt(least).logicalAnd(imageSine.gt(least));
      NDArray ratio = Tensors.where(isApart, imageSine, 1).div(Tensors.where(isApart, sine, 1));
      NDArray logRatio = Tensors.where(isApart, ratio.log(), slope);
      NDArray across = x.sub(direction.mul(dot(x, direction).expandDims(-1)));
      NDArray value =
          direction
              .mul(image.value().sin().neg().expandDims(-1))
              .add(across.mul(logRatio.exp().expandDims(-1)));
      return new Mapped(value, slope.add(logRatio.mul(dim - 2)));
    }

    private static NDArray length(NDArray x) {
      return dot(x, x).maximum(TINY).sqrt();
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(axis), spline.withParameters(operator), dim);
    }

    @Override
    public String toString() {
      return "zonal";
    }
  }
}
