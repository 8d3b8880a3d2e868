package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.SoftmaxBin;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * A rational quadratic spline with its raw numbers. Values beyond the ends, which it leaves as they
 * are, are clamped before the arithmetic, so that gradients are finite.
 */
final class RationalQuadraticMap extends ScalarMap {

  private final NDArray raw;
  private final SoftmaxBin.Grid grid;

  RationalQuadraticMap(NDArray raw, SoftmaxBin.Grid grid) {
    super(Shapes.dropRight(raw.getShape(), 1));
    this.raw = raw;
    this.grid = grid;
  }

  /** A bin: its corner, its sides, its slope, the slope at its left end and s − d, d + d′ − 2 s. */
  record Bin(
      NDArray x,
      NDArray y,
      NDArray width,
      NDArray height,
      NDArray slope,
      NDArray first,
      NDArray left,
      NDArray bend) {

    /** Of a value along x (axis 0) or y (axis 1). */
    static Bin of(NDArray raw, NDArray value, SoftmaxBin.Grid grid, int axis) {
      SoftmaxBin bin = SoftmaxBin.of(raw, value, grid, axis);
      List<NDArray> derivatives = Numbers.columns(Knots.derivative(bin.picked()));
      NDArray width = bin.width().get(0);
      NDArray height = bin.width().get(1);
      NDArray slope = height.div(width);
      NDArray first = derivatives.get(0);
      NDArray left = slope.sub(first);
      NDArray bend = derivatives.get(1).sub(slope).sub(left);
      return new Bin(bin.low().get(0), bin.low().get(1), width, height, slope, first, left, bend);
    }

    /** The log derivative of y in x and y − y_k at ξ. */
    Mapped at(NDArray xi) {
      NDArray e = left.mul(xi);
      NDArray f = bend.mul(xi);
      NDArray fXi = f.mul(xi);
      NDArray denominator = slope.add(f).sub(fXi);
      NDArray inner = first.add(e);
      NDArray rise = inner.mul(xi).mul(height).div(denominator);
      NDArray numerator = inner.add(e).add(fXi);
      NDArray logSlope = slope.div(denominator).square().mul(numerator).log();
      return new Mapped(rise, logSlope);
    }

    /** ξ of y − y_k. */
    NDArray inverse(NDArray rise) {
      NDArray bent = rise.mul(bend);
      NDArray a = height.mul(left).add(bent);
      NDArray b = height.mul(first).sub(bent);
      NDArray c = rise.mul(slope);
      NDArray root = b.square().add(a.mul(c).mul(4)).maximum(0).sqrt();
      return c.mul(2).div(b.add(root));
    }
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray inner = Numbers.kept(x, grid.bound());
    Bin bin = Bin.of(raw, inner, grid, 0);
    Mapped mapped = bin.at(inner.sub(bin.x()).div(bin.width()));
    return Knots.insideOnly(
        new Mapped(mapped.value().add(bin.y()), mapped.logDet()), x, grid.bound());
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray inner = Numbers.kept(y, grid.bound());
    Bin bin = Bin.of(raw, inner, grid, 1);
    NDArray xi = bin.inverse(inner.sub(bin.y()));
    NDArray value = xi.mul(bin.width()).add(bin.x());
    return Knots.insideOnly(new Mapped(value, bin.at(xi).logDet().neg()), y, grid.bound());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new RationalQuadraticMap(operator.apply(raw), grid);
  }

  @Override
  public String toString() {
    return "rational quadratic";
  }
}
