package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Monotone splines of K quadratic pieces on [−B, B], the identity outside: the integral of a
 * piecewise linear density v that is 1 at both ends, so that the derivative never jumps.
 *
 * <pre>{@code
 * y = y_k + (x − x_k) (v_k + ½ (v_{k+1} − v_k) t), t = (x − x_k) / w_k
 * }</pre>
 *
 * <p>Parameters: K widths through a softmax to shares of 2 B of at least 1/1000, and K − 1 inner
 * densities through softplus, of at least 1/1000 before all are scaled to mass 1. Both directions
 * are closed forms. Source: Müller et al., "Neural importance sampling" (2019), section 4.
 */
public final class QuadraticSpline implements ScalarFamily {

  private final int bins;
  private final double bound;

  private QuadraticSpline(int bins, double bound) {
    this.bins = bins;
    this.bound = bound;
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 2 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static QuadraticSpline of(int bins, double bound) {
    Knots.check("quadratic spline", bins, 2, bound);
    return new QuadraticSpline(bins, bound);
  }

  @Override
  public int parameters() {
    return 2 * bins - 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, bins, bins - 1L);
    NDArray places = Knots.of(parts.get(0), 1, bins, bound).squeeze(-2);
    NDArray widths =
        Tensors.range(places, -1, 1, bins + 1L).sub(Tensors.range(places, -1, 0, bins));
    NDArray inner = Special.softplus(parts.get(1).add(Knots.UNIT)).add(Knots.MIN);
    NDArray density = normalized(inner, widths);
    NDArray pair =
        Tensors.range(density, -1, 0, bins).add(Tensors.range(density, -1, 1, bins + 1L));
    NDArray heights = Knots.padded(pair.mul(widths).mul(0.5).cumSum(-1), 0).sub(bound);
    return new Map(Tensors.stack(List.of(places, heights, density), -2), bound);
  }

  /** Densities of mass 2 B that are 1 at both ends, in proportion to {@code inner} between. */
  private NDArray normalized(NDArray inner, NDArray widths) {
    long last = bins - 1L;
    NDArray left = Tensors.range(widths, -1, 0, last);
    NDArray right = Tensors.range(widths, -1, 1, bins);
    // Each inner density belongs to half of the bin before it and of that behind.
    NDArray mass = left.add(right).mul(inner).sum(new int[] {-1}, true).mul(0.5);
    NDArray ends =
        Tensors.range(widths, -1, 0, 1).add(Tensors.range(widths, -1, last, bins)).mul(0.5);
    NDArray unit = mass.div(ends.sub(2 * bound).neg());
    return Knots.padded(inner.div(unit), 1, 1);
  }

  @Override
  public String toString() {
    return "quadratic spline(" + bins + " bins, bound " + bound + ")";
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
      NDArray inner = ScalarMath.clamp(x, bound);
      List<NDArray> ends = Knots.pick(knots, Knots.bin(Knots.row(knots, 0), inner));
      NDArray run = inner.sub(ends.get(0));
      NDArray t = run.div(ends.get(1).sub(ends.get(0)));
      NDArray rise = ends.get(5).sub(ends.get(4)).mul(t);
      NDArray value = run.mul(ends.get(4).add(rise.mul(0.5))).add(ends.get(2));
      return Knots.insideOnly(new Mapped(value, ends.get(4).add(rise).log()), x, bound);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray inner = ScalarMath.clamp(y, bound);
      List<NDArray> ends = Knots.pick(knots, Knots.bin(Knots.row(knots, 1), inner));
      NDArray width = ends.get(1).sub(ends.get(0));
      NDArray c = inner.sub(ends.get(2)).div(width);
      NDArray bend = ends.get(5).sub(ends.get(4));
      NDArray slope = ends.get(4).square().add(bend.mul(c).mul(2)).maximum(0).sqrt();
      NDArray t = c.mul(2).div(ends.get(4).add(slope));
      NDArray value = t.mul(width).add(ends.get(0));
      return Knots.insideOnly(
          new Mapped(value, ends.get(4).add(bend.mul(t)).log().neg()), y, bound);
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(knots), bound);
    }

    @Override
    public String toString() {
      return "quadratic spline";
    }
  }
}
