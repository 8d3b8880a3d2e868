package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * A rational quadratic spline with its knots. Values beyond the ends are moved by what the spline
 * leaves the end where it is, 0: clamped before the arithmetic, so that gradients are finite.
 */
final class RationalQuadraticMap extends ScalarMap {

  /** {@code (*, 3, K + 1)}: x, y and the derivatives of the knots. */
  private final NDArray knots;

  private final double bound;

  RationalQuadraticMap(NDArray knots, double bound) {
    super(Shapes.dropRight(knots.getShape(), 2));
    this.knots = knots;
    this.bound = bound;
  }

  /** A bin: its corner, its sides, its slope and the slopes at its ends less its own. */
  private record Bin(
      NDArray x,
      NDArray y,
      NDArray width,
      NDArray height,
      NDArray slope,
      NDArray left,
      NDArray bend) {

    /** The bin of each value along x (row 0) or y (row 1). */
    static Bin of(NDArray knots, NDArray value, int row) {
      List<NDArray> ends = Knots.pick(knots, Knots.bin(Knots.row(knots, row), value), 2);
      NDArray width = ends.get(1).sub(ends.get(0));
      NDArray height = ends.get(3).sub(ends.get(2));
      NDArray slope = height.div(width);
      NDArray left = slope.sub(ends.get(4));
      NDArray bend = ends.get(5).sub(ends.get(4)).sub(left.mul(2));
      return new Bin(ends.get(0), ends.get(2), width, height, slope, left, bend);
    }

    /** d of the left end. */
    NDArray first() {
      return slope.sub(left);
    }

    /** The log derivative of y in x and y − y_k at ξ. */
    Mapped at(NDArray xi) {
      NDArray e = left.mul(xi);
      NDArray f = bend.mul(xi);
      NDArray fXi = f.mul(xi);
      NDArray denominator = slope.add(f).sub(fXi);
      NDArray inner = first().add(e);
      NDArray rise = inner.mul(xi).mul(height).div(denominator);
      NDArray numerator = inner.add(e).add(fXi);
      NDArray logSlope = slope.div(denominator).log().mul(2).add(numerator.log());
      return new Mapped(rise, logSlope);
    }
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray inner = Numbers.kept(x, bound);
    Bin bin = Bin.of(knots, inner, 0);
    Mapped mapped = bin.at(inner.sub(bin.x()).div(bin.width()));
    return new Mapped(mapped.value().add(bin.y()).add(x.sub(inner)), mapped.logDet());
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray inner = Numbers.kept(y, bound);
    Bin bin = Bin.of(knots, inner, 1);
    NDArray rise = inner.sub(bin.y());
    NDArray bent = rise.mul(bin.bend());
    NDArray a = bin.height().mul(bin.left()).add(bent);
    NDArray b = bin.height().mul(bin.first()).sub(bent);
    NDArray c = rise.mul(bin.slope());
    NDArray root = b.square().add(a.mul(c).mul(4)).maximum(0).sqrt();
    NDArray xi = c.mul(2).div(b.add(root));
    NDArray value = xi.mul(bin.width()).add(bin.x()).add(y.sub(inner));
    return new Mapped(value, bin.at(xi).logDet().neg());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new RationalQuadraticMap(operator.apply(knots), bound);
  }

  @Override
  public String toString() {
    return "rational quadratic";
  }
}
