package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.SoftmaxBin;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * A rational quadratic spline with its raw numbers. Values beyond the ends, which it leaves as they
 * are or maps on a line, are clamped before the arithmetic, so that gradients are finite.
 */
final class RationalQuadraticMap extends ScalarMap {

  private final NDArray raw;
  private final SoftmaxBin.Grid grid;
  private final RationalQuadratic.Ends ends;

  RationalQuadraticMap(NDArray raw, SoftmaxBin.Grid grid, RationalQuadratic.Ends ends) {
    super(Shapes.dropRight(raw.getShape(), 1));
    this.raw = raw;
    this.grid = grid;
    this.ends = ends;
  }

  /**
   * A bin: its corner, its sides, its slope s and the slopes d and d′ at its ends. Everything is a
   * sum of what is not negative, so that no digits are lost where the slopes differ by far.
   */
  record Bin(
      NDArray x,
      NDArray y,
      NDArray width,
      NDArray height,
      NDArray slope,
      NDArray first,
      NDArray last) {

    /** Of a value along x (axis 0) or y (axis 1). */
    static Bin of(NDArray raw, NDArray value, SoftmaxBin.Grid grid, int axis) {
      return of(raw, value, grid, axis, RationalQuadratic.Ends.FREE);
    }

    /** The same of a map with these ends. */
    static Bin of(
        NDArray raw, NDArray value, SoftmaxBin.Grid grid, int axis, RationalQuadratic.Ends ends) {
      SoftmaxBin bin = SoftmaxBin.of(raw, value, grid, axis);
      NDArray width = bin.width().get(0);
      NDArray height = bin.width().get(1);
      NDArray first = Knots.derivative(bin.picked().get(0));
      NDArray last = Knots.derivative(bin.picked().get(1));
      if (ends == RationalQuadratic.Ends.LINEAR) {
        first = atEnd(bin, 0, bin.picked().get(0), first);
        last = atEnd(bin, grid.bins() - 1, bin.picked().get(1), last);
      }
      return new Bin(
          bin.low().get(0), bin.low().get(1), width, height, height.div(width), first, last);
    }

    private static NDArray atEnd(SoftmaxBin bin, int end, NDArray raw, NDArray otherwise) {
      return Tensors.where(bin.index().eq(end), Knots.outerDerivative(raw), otherwise);
    }

    /** ξ of x. */
    NDArray share(NDArray at) {
      return ScalarMath.clampRounding(at.sub(x).div(width), 0, 1);
    }

    /** y and its log derivative in x at ξ. */
    Mapped at(NDArray xi) {
      Point point = point(xi);
      NDArray rise = point.inner.mul(xi).mul(height).div(point.denominator);
      return new Mapped(rise.add(y), logSlope(point));
    }

    /** The derivative at the outer end of a bin beyond which values of this sign are. */
    NDArray outerSlope(NDArray value) {
      return Tensors.where(value.lt(0), first, last);
    }

    /** The log derivative of y in x at ξ alone. */
    NDArray logSlope(NDArray xi) {
      return logSlope(point(xi));
    }

    /** What value and slope at ξ have in common: ξ, 1 − ξ, s ξ, d (1 − ξ) + s ξ. */
    private record Point(
        NDArray xi, NDArray rest, NDArray steep, NDArray inner, NDArray denominator) {}

    private Point point(NDArray xi) {
      NDArray rest = xi.sub(1).neg();
      NDArray steep = slope.mul(xi);
      NDArray bend = first.add(last).sub(slope.mul(2));
      NDArray denominator = slope.add(bend.mul(xi.mul(rest)));
      return new Point(xi, rest, steep, first.mul(rest).add(steep), denominator);
    }

    private NDArray logSlope(Point point) {
      NDArray numerator =
          point.inner.add(point.steep).mul(point.rest).add(last.mul(point.xi.square()));
      return slope.div(point.denominator).square().mul(numerator).log();
    }

    /**
     * ξ of y: with the share ρ of the height and δ = (1 − ρ) d − ρ d′, the root ξ of the quadratic
     * equation has √(δ² + 4 s² ρ (1 − ρ)) in it, from which |δ| is never taken away.
     */
    NDArray inverse(NDArray at) {
      NDArray rho = ScalarMath.clampRounding(at.sub(y).div(height), 0, 1);
      NDArray rest = rho.sub(1).neg();
      NDArray left = slope.mul(rho).mul(2);
      NDArray right = slope.mul(rest).mul(2);
      NDArray delta = first.mul(rest).sub(last.mul(rho));
      NDArray isLeft = delta.gte(0);
      NDArray root = delta.square().add(left.mul(right)).sqrt();
      NDArray wide = Tensors.where(isLeft, delta, delta.neg()).add(root);
      NDArray top = Tensors.where(isLeft, left, wide);
      return top.div(Tensors.where(isLeft, left, right).add(wide));
    }
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray inner = ScalarMath.clamp(x, grid.bound());
    Bin bin = Bin.of(raw, inner, grid, 0, ends);
    Mapped inside = bin.at(bin.share(inner));
    if (ends == RationalQuadratic.Ends.IDENTITY) {
      return Knots.insideOnly(inside, x, grid.bound());
    }
    NDArray slope = bin.outerSlope(x);
    Mapped outside = new Mapped(x.sub(inner).mul(slope).add(inner), slope.log());
    return Knots.insideOr(inside, outside, x, grid.bound());
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray inner = ScalarMath.clamp(y, grid.bound());
    Bin bin = Bin.of(raw, inner, grid, 1, ends);
    NDArray xi = bin.inverse(inner);
    NDArray value = xi.mul(bin.width()).add(bin.x());
    Mapped inside = new Mapped(value, bin.logSlope(xi).neg());
    if (ends == RationalQuadratic.Ends.IDENTITY) {
      return Knots.insideOnly(inside, y, grid.bound());
    }
    NDArray slope = bin.outerSlope(y);
    Mapped outside = new Mapped(y.sub(inner).div(slope).add(inner), slope.log().neg());
    return Knots.insideOr(inside, outside, y, grid.bound());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new RationalQuadraticMap(operator.apply(raw), grid, ends);
  }

  @Override
  public String toString() {
    return "rational quadratic";
  }
}
