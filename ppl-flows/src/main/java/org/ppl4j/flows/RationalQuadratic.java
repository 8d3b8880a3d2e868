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
 * are 1, so that the map has one everywhere. With {@link #linearTails} the outer derivatives are
 * parameters too, K + 1 in all, and outside the map is linear with these. Both directions are
 * closed forms of about 50 operations. Source: Durkan, Bekasov, Murray and Papamakarios, "Neural
 * spline flows" (2019), equations 4 to 8 and 29 to 32.
 */
public final class RationalQuadratic implements ScalarFamily {

  private final SoftmaxBin.Grid grid;
  private final boolean hasTails;

  private RationalQuadratic(SoftmaxBin.Grid grid, boolean hasTails) {
    this.grid = grid;
    this.hasTails = hasTails;
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static RationalQuadratic of(int bins, double bound) {
    Knots.check("rational quadratic spline", bins, 1, bound);
    return new RationalQuadratic(Knots.grid(bins, bound, false), false);
  }

  /**
   * With slopes of their own outside: beyond an end the map goes on with the derivative that it has
   * there, rather than as the identity, to which a narrow law would lose all that lies outside.
   */
  public RationalQuadratic linearTails() {
    return new RationalQuadratic(Knots.gridWithEnds(grid.bins(), grid.bound()), true);
  }

  @Override
  public int parameters() {
    return 3 * grid.bins() + (hasTails ? 1 : -1);
  }

  @Override
  public Transform map(NDArray parameters) {
    return new RationalQuadraticMap(parameters, grid, hasTails);
  }

  @Override
  public String toString() {
    return "rational quadratic("
        + grid.bins()
        + " bins, bound "
        + grid.bound()
        + (hasTails ? ", linear tails)" : ")");
  }
}
