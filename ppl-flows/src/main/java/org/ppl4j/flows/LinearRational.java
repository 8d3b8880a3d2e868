package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.SoftmaxBin;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Monotone splines of K bins of two linear rational pieces each on [−B, B], the identity outside.
 *
 * <p>In a bin of width w and height h, with derivatives d and d′ at its ends, the pieces meet at
 * the share λ of the width and at the height
 *
 * <pre>{@code
 * y_m = h λ √d / (λ √d + (1 − λ) √d′)
 * }</pre>
 *
 * <p>so that value and derivative go on. Each piece is seen from its own end of the bin: u is the
 * share of the width and z the height from there, L the share at the joint (λ or 1 − λ), Y the
 * height (y_m or h − y_m) and q = w d (or w d′). Then
 *
 * <pre>{@code
 * z = q L u / (L − u + u q L / Y),   dz/du = q (L / (L − u + u q L / Y))²,
 * u = z L / (q L + z (1 − q L / Y))
 * }</pre>
 *
 * <p>Parameters: K widths and K heights, each through a softmax to shares of 2 B of at least
 * 1/1000; K − 1 inner derivatives through softplus, at least 1/1000, the outer ones being 1; K
 * joints through a logistic function to [0.025, 0.975]. Both directions are closed forms without
 * searches of about 45 operations. Source: Dolatabadi, Erfani and Leckie, "Invertible generative
 * modeling using linear rational splines" (2020), section 3.
 */
public final class LinearRational implements ScalarFamily {

  private static final double LEAST_JOINT = 0.025;

  private final SoftmaxBin.Grid grid;

  private LinearRational(int bins, double bound) {
    this.grid = Knots.grid(bins, bound, true);
  }

  /**
   * With this many bins on [−bound, bound].
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500, or {@code bound} is not
   *     positive and finite
   */
  public static LinearRational of(int bins, double bound) {
    Knots.check("linear rational spline", bins, 1, bound);
    return new LinearRational(bins, bound);
  }

  @Override
  public int parameters() {
    return 4 * grid.bins() - 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    return new Map(parameters, grid);
  }

  @Override
  public String toString() {
    return "linear rational(" + grid.bins() + " bins, bound " + grid.bound() + ")";
  }

  private static final class Map extends ScalarMap {

    private final NDArray raw;
    private final SoftmaxBin.Grid grid;

    Map(NDArray raw, SoftmaxBin.Grid grid) {
      super(Shapes.dropRight(raw.getShape(), 1));
      this.raw = raw;
      this.grid = grid;
    }

    /** A bin: its corner, its sides, the slopes at its ends, λ, 1 − λ and y_m. */
    private record Bin(
        NDArray x,
        NDArray y,
        NDArray width,
        NDArray height,
        NDArray first,
        NDArray last,
        NDArray joint,
        NDArray rest,
        NDArray middle) {

      /** Of a value along x (axis 0) or y (axis 1). */
      static Bin of(NDArray raw, NDArray value, SoftmaxBin.Grid grid, int axis) {
        SoftmaxBin bin = SoftmaxBin.of(raw, value, grid, axis);
        List<NDArray> picked = Tensors.split(bin.picked(), -1, 2, 1);
        List<NDArray> derivatives = Numbers.columns(Knots.derivative(picked.get(0)));
        NDArray first = derivatives.get(0);
        NDArray last = derivatives.get(1);
        NDArray joint =
            picked
                .get(1)
                .squeeze(-1)
                .getNDArrayInternal()
                .sigmoid()
                .mul(1 - 2 * LEAST_JOINT)
                .add(LEAST_JOINT);
        NDArray rest = joint.sub(1).neg();
        NDArray weight = joint.mul(first.sqrt());
        NDArray height = bin.width().get(1);
        NDArray middle = height.mul(weight).div(weight.add(rest.mul(last.sqrt())));
        return new Bin(
            bin.low().get(0),
            bin.low().get(1),
            bin.width().get(0),
            height,
            first,
            last,
            joint,
            rest,
            middle);
      }

      /** The left piece where the condition holds, else the right one. */
      Piece piece(NDArray isLeft) {
        NDArray derivative = Tensors.where(isLeft, first, last);
        NDArray share = Tensors.where(isLeft, joint, rest);
        NDArray top = Tensors.where(isLeft, middle, height.sub(middle));
        return new Piece(derivative, share, derivative.mul(width), top);
      }
    }

    /** A piece from its own end: the slope d there, L, q and Y. */
    private record Piece(NDArray derivative, NDArray share, NDArray slope, NDArray top) {

      /** z and log dy/dx at u. */
      Mapped at(NDArray u) {
        NDArray bend = slope.mul(share).div(top);
        NDArray ratio = share.div(share.sub(u).add(u.mul(bend)));
        return new Mapped(slope.mul(u).mul(ratio), ratio.square().mul(derivative).log());
      }

      /** u at z. */
      NDArray inverse(NDArray z) {
        NDArray whole = slope.mul(share);
        return z.mul(share).div(whole.add(z.sub(z.mul(whole).div(top))));
      }
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray inner = Numbers.kept(x, grid.bound());
      Bin bin = Bin.of(raw, inner, grid, 0);
      NDArray t = inner.sub(bin.x()).div(bin.width());
      NDArray isLeft = t.lte(bin.joint());
      Mapped mapped = bin.piece(isLeft).at(Tensors.where(isLeft, t, t.sub(1).neg()));
      NDArray z = mapped.value();
      NDArray value = Tensors.where(isLeft, z, bin.height().sub(z)).add(bin.y());
      return Knots.insideOnly(new Mapped(value, mapped.logDet()), x, grid.bound());
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray inner = Numbers.kept(y, grid.bound());
      Bin bin = Bin.of(raw, inner, grid, 1);
      NDArray rise = inner.sub(bin.y());
      NDArray isLeft = rise.lte(bin.middle());
      Piece piece = bin.piece(isLeft);
      NDArray u = piece.inverse(Tensors.where(isLeft, rise, bin.height().sub(rise)));
      NDArray t = Tensors.where(isLeft, u, u.sub(1).neg());
      NDArray value = t.mul(bin.width()).add(bin.x());
      return Knots.insideOnly(new Mapped(value, piece.at(u).logDet().neg()), y, grid.bound());
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(raw), grid);
    }

    @Override
    public String toString() {
      return "linear rational";
    }
  }
}
