package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.SoftmaxBin;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
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
 * parameters too, K + 1 in all, from 1/3 to 3, and outside the map is linear with these. Zeros are
 * the identity, with bins of one width unless they are {@linkplain #ofNormal of normal numbers}.
 * Both directions are closed forms of about 50 operations. Source: Durkan, Bekasov, Murray and
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

  /** 2e-9 of what is standard normal is farther. */
  private static final double NORMAL_BOUND = 6;

  /** From so many bins on the ones around 0 would be narrower than a bin may be. */
  private static final int MOST_NORMAL_BINS = 250;

  private final SoftmaxBin.Grid grid;
  private final Ends ends;

  /** What is added to the parameters: the widths and heights that zeros stand for. */
  private final ImmutableDoubleArray start;

  private RationalQuadratic(SoftmaxBin.Grid grid, Ends ends, ImmutableDoubleArray start) {
    this.grid = grid;
    this.ends = ends;
    this.start = start;
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static RationalQuadratic of(int bins, double bound) {
    Knots.check("rational quadratic spline", bins, 1, bound);
    return new RationalQuadratic(
        Knots.grid(bins, bound, false), Ends.IDENTITY, ImmutableDoubleArray.of());
  }

  /**
   * For numbers that are about standard normal, on one side or on both: with this many bins on [−6,
   * 6], where all of them are, the knots of zero parameters at 6 t / (4 − 3 |t|) of evenly spaced
   * t, so that bins are narrow where there is much. What comes from beyond the ends of a spline, or
   * from where its bins have next to no noise, no likelihood sees, and nothing keeps it near the
   * rest.
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 250
   */
  public static RationalQuadratic ofNormal(int bins) {
    checkArgument(
        bins >= 1 && bins <= MOST_NORMAL_BINS,
        "rational quadratic spline has %s bins, but needs 1 to %s",
        bins,
        MOST_NORMAL_BINS);
    double[] start = new double[2 * bins];
    for (int k = 0; k < bins; k++) {
      double share = (normalKnot(2.0 * (k + 1) / bins - 1) - normalKnot(2.0 * k / bins - 1)) / 2;
      start[k] = Math.log((share - Knots.MIN) / (1 - bins * Knots.MIN));
      start[bins + k] = start[k];
    }
    return new RationalQuadratic(
        Knots.grid(bins, NORMAL_BOUND, false), Ends.IDENTITY, ImmutableDoubleArray.copyOf(start));
  }

  /** As a share of the bound. */
  private static double normalKnot(double t) {
    return t / (4 - 3 * Math.abs(t));
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
    return new RationalQuadratic(Knots.gridWithEnds(grid.bins(), grid.bound()), other, start);
  }

  @Override
  public int parameters() {
    return 3 * grid.bins() + (ends == Ends.IDENTITY ? -1 : 1);
  }

  @Override
  public Transform map(NDArray parameters) {
    NDArray raw = start.isEmpty() ? parameters : parameters.add(start(Tensors.run(parameters)));
    return new RationalQuadraticMap(raw, grid, ends);
  }

  private NDArray start(Run run) {
    return run.create(Arrays.copyOf(start.toArray(), parameters()), new Shape(parameters()));
  }

  /**
   * In version 1 of linear tails slopes outside were not kept from 1/3 to 3. Splines of normal
   * numbers are of version 2, since files once had no name for them, and zeros stand for other
   * knots.
   */
  @Override
  public List<Family> families() {
    Family own = Family.of(getClass(), 1);
    List<Family> all = new ArrayList<>(List.of(own));
    if (ends == Ends.LINEAR) {
      all.add(own.form("linearTails", 2));
    }
    if (!start.isEmpty()) {
      all.add(own.form("ofNormal", 2));
    }
    return all;
  }

  @Override
  public String toString() {
    return "rational quadratic("
        + grid.bins()
        + (start.isEmpty() ? " bins, bound " : " bins of normal numbers, bound ")
        + grid.bound()
        + switch (ends) {
          case IDENTITY -> ")";
          case LINEAR -> ", linear tails)";
          case FREE -> ", free ends)";
        };
  }
}
