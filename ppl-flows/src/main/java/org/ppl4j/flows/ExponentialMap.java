package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Flows of the sphere of directions along the gradient of a sum of K bumps: with φ(x) = Σ_k α_k /
 * β_k exp(β_k (μ_k·x − 1)) and v its gradient along the sphere at x,
 *
 * <pre>{@code
 * y = x cos |v| + v / |v| sin |v|
 * }</pre>
 *
 * <p>the point that the great circle from x in the direction of v reaches after the length of v. A
 * bump of positive α draws what is about its center μ together, one of negative α drives it apart,
 * within 1 / √β. log |det| is that of the derivative along the sphere, in closed form.
 *
 * <p>x and y: {@code (*, D)}, unit vectors, D at least 2: the circle for 2. Σ |α_k| is below 0.99,
 * so that the map is a bijection: φ and −φ of one bump are c-convex, and so are sums with weights
 * of sum 1. Tensors: {@code centers (K, D)} random, whose directions are μ; {@code sharpness (K)}
 * random, log β, from 0 to 3; {@code weights (K)} 0, α = 0.99 w / (1 + Σ |w|): the identity at
 * first. Forward costs K products of vectors and a determinant of D rows. The inverse is searched
 * by Newton's method from y on, twelve steps, each of which costs a map and D equations; its
 * gradient is by the implicit function theorem.
 *
 * <p>Sources: Rezende, Papamakarios, Racanière, Albergo, Kanwar, Shanahan and Cranmer, "Normalizing
 * flows on tori and spheres" (2020), section 2.3.3, with positive weights; Sei, "A Jacobian
 * inequality for gradient maps on the sphere and its application to directional statistics" (2013).
 */
public final class ExponentialMap implements TransformModule {

  private static final Family FAMILY = Family.of(ExponentialMap.class, 1);

  private static final double SHARPEST = 3;

  private final int dim;
  private final int centers;

  private ExponentialMap(int dim, int centers) {
    this.dim = dim;
    this.centers = centers;
  }

  /**
   * Of unit vectors of {@code dim} entries.
   *
   * @param centers how many bumps
   * @throws IllegalArgumentException if {@code dim} is below 2 or {@code centers} below 1
   */
  public static ExponentialMap of(int dim, int centers) {
    checkArgument(
        dim >= 2 && centers >= 1,
        "exponential map has %s centers and vectors of %s entries, but needs at least 1 and 2",
        centers,
        dim);
    return new ExponentialMap(dim, centers);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape each = new Shape(centers);
    Shape all = new Shape(centers, dim);
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("centers", all, (rng, run) -> rng.normal(run, all)),
        TensorSpec.parameter("sharpness", each, (rng, run) -> rng.uniform(run, each).mul(SHARPEST)),
        TensorSpec.parameter("weights", each, 0));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new ExponentialMapping(
        tensors.get("centers"), tensors.get("sharpness"), tensors.get("weights"));
  }

  @Override
  public String toString() {
    return "exponential map(" + dim + ", " + centers + " centers)";
  }
}
