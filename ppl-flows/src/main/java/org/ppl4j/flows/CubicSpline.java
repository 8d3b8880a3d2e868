package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Monotone splines of K cubic pieces on [−B, B], the identity outside: Hermite's cubics with
 * Steffen's derivatives at the knots.
 *
 * <p>With t = (x − x_k) / w, slopes s of the bins and derivatives d:
 *
 * <pre>{@code
 * y = y_k + w (d t + (3 s − 2 d − d′) t² + (d + d′ − 2 s) t³)
 * }</pre>
 *
 * <p>A derivative is that of the parabola through three knots, but at most twice the slope of
 * either bin; at the ends it is 1, but at most twice the slope, so that it jumps there only where
 * the outer bin is flatter than ½. Parameters: K widths and K heights, each through a softmax to
 * shares of 2 B of at least 1/1000. The inverse is searched inside the bin. Sources: Durkan,
 * Bekasov, Murray and Papamakarios, "Cubic-spline flows" (2019); Steffen (1990).
 */
public final class CubicSpline implements ScalarFamily {

  private final int bins;
  private final double bound;

  private CubicSpline(int bins, double bound) {
    this.bins = bins;
    this.bound = bound;
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static CubicSpline of(int bins, double bound) {
    Knots.check("cubic spline", bins, 1, bound);
    return new CubicSpline(bins, bound);
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
    NDArray knots = Knots.of(parameters, 2, bins, bound);
    NDArray sides = Tensors.range(knots, -1, 1, bins + 1L).sub(Tensors.range(knots, -1, 0, bins));
    NDArray widths = Knots.row(sides, 0);
    NDArray slopes = Knots.row(sides, 1).div(widths);
    NDArray first = Tensors.range(slopes, -1, 0, 1).mul(2).minimum(1);
    NDArray last = Tensors.range(slopes, -1, bins - 1L, bins).mul(2).minimum(1);
    NDArray derivatives =
        bins == 1
            ? Tensors.concat(List.of(first, last), -1)
            : Tensors.concat(List.of(first, inner(widths, slopes), last), -1);
    return new Map(Tensors.concat(List.of(knots, derivatives.expandDims(-2)), -2), bound);
  }

  private NDArray inner(NDArray widths, NDArray slopes) {
    long last = bins - 1L;
    NDArray w0 = Tensors.range(widths, -1, 0, last);
    NDArray w1 = Tensors.range(widths, -1, 1, bins);
    NDArray s0 = Tensors.range(slopes, -1, 0, last);
    NDArray s1 = Tensors.range(slopes, -1, 1, bins);
    NDArray parabola = s0.mul(w1).add(s1.mul(w0)).div(w0.add(w1));
    return parabola.minimum(s0.minimum(s1).mul(2));
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }

  @Override
  public String toString() {
    return "cubic spline(" + bins + " bins, bound " + bound + ")";
  }

  private static final class Map extends ScalarMap {

    private final NDArray knots;
    private final double bound;

    Map(NDArray knots, double bound) {
      super(Shapes.dropRight(knots.getShape(), 2));
      this.knots = knots;
      this.bound = bound;
    }

    /** A bin: its corner, its width, and the coefficients of t, t² and t³ of the slope's units. */
    private record Bin(NDArray x, NDArray y, NDArray width, NDArray a, NDArray b, NDArray c) {

      static Bin of(NDArray knots, NDArray value, int row) {
        List<NDArray> ends = Knots.pick(knots, Knots.bin(Knots.row(knots, row), value));
        NDArray width = ends.get(1).sub(ends.get(0));
        NDArray slope = ends.get(3).sub(ends.get(2)).div(width);
        NDArray c = ends.get(4).add(ends.get(5)).sub(slope.mul(2));
        NDArray b = slope.sub(ends.get(4)).sub(c);
        return new Bin(ends.get(0), ends.get(2), width, ends.get(4), b, c);
      }

      /** y − y_k and log dy/dx at t. */
      Mapped at(NDArray t) {
        NDArray ct = c.mul(t);
        NDArray rise = ct.add(b).mul(t).add(a).mul(t).mul(width);
        NDArray slope = ct.mul(3).add(b.mul(2)).mul(t).add(a);
        return new Mapped(rise, slope.log());
      }
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray inner = ScalarMath.clamp(x, bound);
      Bin bin = Bin.of(knots, inner, 0);
      Mapped mapped = bin.at(inner.sub(bin.x()).div(bin.width()));
      return Knots.insideOnly(new Mapped(mapped.value().add(bin.y()), mapped.logDet()), x, bound);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray inner = ScalarMath.clamp(y, bound);
      Bin bin = Bin.of(knots, inner, 1);
      NDArray rise = inner.sub(bin.y());
      NDArray zero = rise.mul(0).stopGradient();
      NDArray run =
          MonotoneInverse.of(r -> bin.at(r.div(bin.width())), rise, zero, bin.width().add(zero));
      NDArray logSlope = bin.at(run.div(bin.width())).logDet();
      return Knots.insideOnly(new Mapped(run.add(bin.x()), logSlope.neg()), y, bound);
    }

    @Override
    public Invertibility invertibility() {
      return Invertibility.ITERATIVE;
    }

    @Override
    public int iterations() {
      return MonotoneInverse.STEPS;
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(knots), bound);
    }

    @Override
    public String toString() {
      return "cubic spline";
    }
  }
}
