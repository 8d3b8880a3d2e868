package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Transform;

/**
 * Monotone splines of K rational quadratic pieces on [−B, B], the identity outside.
 *
 * <p>In the bin of x, with width w, height h, slope s = h / w, derivatives d and d′ at its ends and
 * ξ = (x − x_k) / w:
 *
 * <pre>{@code
 * y = y_k + h (s ξ² + d ξ (1 − ξ)) / (s + (d′ + d − 2 s) ξ (1 − ξ))
 * }</pre>
 *
 * <p>Parameters: K widths and K heights, each through a softmax to shares of 2 B of at least
 * 1/1000, and K − 1 inner derivatives through softplus, at least 1/1000; the outer derivatives are
 * 1, so that the map has one everywhere. Both directions are closed forms of about 50 operations.
 * Source: Durkan, Bekasov, Murray and Papamakarios, "Neural spline flows" (2019), equations 4 to 8
 * and 29 to 32.
 */
public final class RationalQuadratic implements ScalarFamily {

  /** The least share of a bin and the least derivative. */
  static final double LEAST = 1e-3;

  /** softplus of it is 1 − LEAST. */
  private static final double UNIT = Math.log(Math.expm1(1 - LEAST));

  private final int bins;
  private final double bound;

  private RationalQuadratic(int bins, double bound) {
    this.bins = bins;
    this.bound = bound;
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static RationalQuadratic of(int bins, double bound) {
    checkArgument(
        bins >= 1 && bins <= 500,
        "rational quadratic spline has %s bins, but needs 1 to 500",
        bins);
    checkArgument(
        bound > 0 && Double.isFinite(bound),
        "rational quadratic spline has bound %s, but it must be positive and finite",
        bound);
    return new RationalQuadratic(bins, bound);
  }

  @Override
  public int parameters() {
    return 3 * bins - 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    NDArray knots;
    NDArray slopes;
    if (bins == 1) {
      knots = Knots.of(parameters, 2, 1, LEAST, bound);
      Shape batch = org.ppl4j.tensor.Shapes.dropRight(parameters.getShape(), 1);
      slopes = Tensors.run(parameters).ones(org.ppl4j.tensor.Shapes.concat(batch, new Shape(1, 2)));
    } else {
      List<NDArray> parts = Tensors.split(parameters, -1, 2L * bins, bins - 1L);
      knots = Knots.of(parts.get(0), 2, bins, LEAST, bound);
      NDArray inner = Special.softplus(parts.get(1).add(UNIT)).add(LEAST);
      slopes = Knots.padded(inner, 1, 1).expandDims(-2);
    }
    return new RationalQuadraticMap(Tensors.concat(List.of(knots, slopes), -2), bound);
  }

  @Override
  public String toString() {
    return "rational quadratic(" + bins + " bins, bound " + bound + ")";
  }
}
