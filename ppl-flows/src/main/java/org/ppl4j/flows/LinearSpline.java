package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Monotone splines of K straight pieces on [−B, B], the identity outside: the integral of a
 * piecewise constant density.
 *
 * <p>Parameters: K widths and K heights, each through a softmax to shares of 2 B of at least
 * 1/1000. The derivative jumps at the knots. Both directions are closed forms. Source: Müller,
 * McWilliams, Rousselle, Gross and Novák, "Neural importance sampling" (2019), section 4.
 */
public final class LinearSpline implements ScalarFamily {

  private final int bins;
  private final double bound;

  private LinearSpline(int bins, double bound) {
    this.bins = bins;
    this.bound = bound;
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static LinearSpline of(int bins, double bound) {
    Knots.check("linear spline", bins, 1, bound);
    return new LinearSpline(bins, bound);
  }

  @Override
  public int parameters() {
    return 2 * bins;
  }

  @Override
  public boolean hasContinuousDerivative() {
    return false;
  }

  @Override
  public Transform map(NDArray parameters) {
    return new Map(Knots.of(parameters, 2, bins, bound), bound);
  }

  @Override
  public String toString() {
    return "linear spline(" + bins + " bins, bound " + bound + ")";
  }

  private static final class Map extends ScalarMap {

    private final NDArray knots;
    private final double bound;

    Map(NDArray knots, double bound) {
      super(Shapes.dropRight(knots.getShape(), 2));
      this.knots = knots;
      this.bound = bound;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return map(x, 0);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return map(y, 1);
    }

    /** From axis {@code from}, 0 for x and 1 for y, to the other one. */
    private Mapped map(NDArray value, int from) {
      NDArray inner = ScalarMath.clamp(value, bound);
      List<NDArray> ends = Knots.pick(knots, Knots.bin(Knots.row(knots, from), inner));
      int here = 2 * from;
      int there = 2 - here;
      NDArray slope =
          ends.get(there + 1).sub(ends.get(there)).div(ends.get(here + 1).sub(ends.get(here)));
      NDArray image = inner.sub(ends.get(here)).mul(slope).add(ends.get(there));
      return Knots.insideOnly(new Mapped(image, slope.log()), value, bound);
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(knots), bound);
    }

    @Override
    public String toString() {
      return "linear spline";
    }
  }
}
