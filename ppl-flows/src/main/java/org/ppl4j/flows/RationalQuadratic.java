package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.SoftmaxBin;
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
 * 1/1000, and K − 1 inner derivatives through softplus, from 1/1000 to 1000; the outer derivatives
 * are 1, so that the map has one everywhere. Both directions are closed forms of about 50
 * operations. Source: Durkan, Bekasov, Murray and Papamakarios, "Neural spline flows" (2019),
 * equations 4 to 8 and 29 to 32.
 */
public final class RationalQuadratic implements ScalarFamily {

  private final SoftmaxBin.Grid grid;

  private RationalQuadratic(int bins, double bound) {
    this.grid = Knots.grid(bins, bound, false);
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static RationalQuadratic of(int bins, double bound) {
    Knots.check("rational quadratic spline", bins, 1, bound);
    return new RationalQuadratic(bins, bound);
  }

  @Override
  public int parameters() {
    return 3 * grid.bins() - 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    return new RationalQuadraticMap(parameters, grid);
  }

  @Override
  public String toString() {
    return "rational quadratic(" + grid.bins() + " bins, bound " + grid.bound() + ")";
  }
}
