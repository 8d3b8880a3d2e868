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
 * parameters too, K + 1 in all, from 1/3 to 3, and outside the map is linear with these. Both
 * directions are closed forms of about 50 operations. Source: Durkan, Bekasov, Murray and
 * Papamakarios, "Neural spline flows" (2019), equations 4 to 8 and 29 to 32.
 */
public final class RationalQuadratic implements ScalarFamily {

  /** What the map does at its ends and outside. */
  enum Ends {

    /** Derivatives of 1, the identity outside. */
    IDENTITY,

    /** Moderate derivatives of their own, which go on outside. */
    LINEAR,

    /** Derivatives as at inner knots: there is nothing outside. */
    FREE
  }

  private final SoftmaxBin.Grid grid;
  private final Ends ends;

  private RationalQuadratic(SoftmaxBin.Grid grid, Ends ends) {
    this.grid = grid;
    this.ends = ends;
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static RationalQuadratic of(int bins, double bound) {
    Knots.check("rational quadratic spline", bins, 1, bound);
    return new RationalQuadratic(Knots.grid(bins, bound, false), Ends.IDENTITY);
  }

  /**
   * With slopes of their own outside: beyond an end the map goes on with the derivative that it has
   * there, rather than as the identity, to which a narrow law would lose all that lies outside. It
   * is from 1/3 to 3, since few values or none say what it is: where a network makes it of a
   * context, draws beyond would lie anywhere otherwise.
   */
  public RationalQuadratic linearTails() {
    return with(Ends.LINEAR);
  }

  /** On [−bound, bound] alone, all of whose derivatives are parameters. */
  RationalQuadratic freeEnds() {
    return with(Ends.FREE);
  }

  private RationalQuadratic with(Ends other) {
    return new RationalQuadratic(Knots.gridWithEnds(grid.bins(), grid.bound()), other);
  }

  @Override
  public int parameters() {
    return 3 * grid.bins() + (ends == Ends.IDENTITY ? -1 : 1);
  }

  @Override
  public Transform map(NDArray parameters) {
    return new RationalQuadraticMap(parameters, grid, ends);
  }

  /** In version 1 slopes outside were not kept from 1/3 to 3. */
  @Override
  public int version() {
    return ends == Ends.LINEAR ? 2 : 1;
  }

  @Override
  public String toString() {
    return "rational quadratic("
        + grid.bins()
        + " bins, bound "
        + grid.bound()
        + switch (ends) {
          case IDENTITY -> ")";
          case LINEAR -> ", linear tails)";
          case FREE -> ", free ends)";
        };
  }
}
