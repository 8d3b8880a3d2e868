package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Monotone splines of K straight pieces on [−B, B], the identity outside: the integral of a
 * piecewise constant density.
 *
 * <p>Parameters: K heights, through a softmax to shares of 2 B that make slopes of at least 1/1000;
 * the widths are even. Both directions are closed forms. The derivative jumps at the knots, and
 * where a knot moves across a row the log-density jumps, of which no gradient knows. So gradients
 * lead to the best spline where values come in forwards: in guides, and in densities by {@code
 * inverted()}. The other way, and behind a layer that moves the rows, they do not; there take a
 * spline whose derivative is continuous. Source: Müller, McWilliams, Rousselle, Gross and Novák,
 * "Neural importance sampling" (2019), section 4.1.
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
    return bins;
  }

  @Override
  public boolean hasContinuousDerivative() {
    return false;
  }

  @Override
  public Transform map(NDArray parameters) {
    NDArray heights = Knots.of(parameters, 1, bins, bound, Knots.MIN / bins);
    double[] even = new double[bins + 1];
    for (int k = 0; k <= bins; k++) {
      even[k] = bound * (2.0 * k / bins - 1);
    }
    NDArray widths = Tensors.run(parameters).create(even, new Shape(1, bins + 1));
    List<NDArray> both = List.of(widths.broadcast(heights.getShape()), heights);
    return new Map(Tensors.concat(both, -2), bound);
  }

  /** In version 1 heights had shares of at least 1/1000, however many there were. */
  @Override
  public List<Family> families() {
    return List.of(Family.of(getClass(), 2));
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
