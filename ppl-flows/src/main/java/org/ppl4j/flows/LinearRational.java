package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.SoftmaxBin;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
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
 * <p>so that value and derivative go on. Each piece is seen from its own end of the bin: v is the
 * width and z the height from there, L the width up to the joint (λ w or (1 − λ) w), Y the height
 * there (y_m or h − y_m) and d the derivative at its end. Then
 *
 * <pre>{@code
 * z = v d r,   dz/dv = d r²   with r = L / (L − v + v d L / Y),
 * v = z r,     dv/dz = d r²   with r = L / (d L + z − z d L / Y)
 * }</pre>
 *
 * <p>Parameters: K widths and K heights, each through a softmax to shares of 2 B of at least
 * 1/1000; K − 1 inner derivatives through softplus, from 1/1000 to 1000, the outer ones being 1; K
 * joints through a logistic function to [0.025, 0.975]. Both directions are closed forms without
 * searches, of about 35 operations. Source: Dolatabadi, Erfani and Leckie, "Invertible generative
 * modeling using linear rational splines" (2020), section 3.
 */
public final class LinearRational implements ScalarFamily {

  private static final double MIN_JOINT = 0.025;

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

    /** A bin: its corner, its sides, the slopes at its ends and the joint, as λ, λ w and y_m. */
    private record Bin(
        NDArray x,
        NDArray y,
        NDArray width,
        NDArray height,
        NDArray first,
        NDArray last,
        NDArray joint,
        NDArray middle) {

      /** Of a value along x (axis 0) or y (axis 1). */
      static Bin of(NDArray raw, NDArray value, SoftmaxBin.Grid grid, int axis) {
        SoftmaxBin bin = SoftmaxBin.of(raw, value, grid, axis);
        NDArray first = Knots.derivative(bin.picked().get(0));
        NDArray last = Knots.derivative(bin.picked().get(1));
        NDArray share =
            bin.picked()
                .get(2)
                .getNDArrayInternal()
                .sigmoid()
                .mul(1 - 2 * MIN_JOINT)
                .add(MIN_JOINT);
        NDArray width = bin.width().get(0);
        NDArray height = bin.width().get(1);
        NDArray rest = share.sub(1).neg();
        NDArray ratio = rest.div(share).mul(last.div(first).sqrt());
        return new Bin(
            bin.low().get(0),
            bin.low().get(1),
            width,
            height,
            first,
            last,
            share.mul(width),
            height.div(ratio.add(1)));
      }

      /** The left piece where the condition holds, else the right one. */
      Piece piece(NDArray isLeft) {
        NDArray derivative = Tensors.where(isLeft, first, last);
        NDArray length = Tensors.where(isLeft, joint, width.sub(joint));
        NDArray top = Tensors.where(isLeft, middle, height.sub(middle));
        return new Piece(isLeft, derivative, length, top);
      }
    }

    /** A piece from its own end: which it is, the slope d there, L and Y. */
    private record Piece(NDArray isLeft, NDArray derivative, NDArray length, NDArray top) {

      /** What is so far from the left end, as far from the own end, or back. */
      NDArray turned(NDArray distance, NDArray side) {
        return Tensors.where(isLeft, distance, side.sub(distance));
      }

      /** z and log dz/dv at v. */
      Mapped at(NDArray v) {
        NDArray bend = derivative.mul(length).div(top);
        NDArray ratio = length.div(length.sub(v).add(v.mul(bend)));
        NDArray slope = ratio.mul(derivative);
        return new Mapped(slope.mul(v), slope.mul(ratio).log());
      }

      /** v and log dv/dz at z. */
      Mapped inverse(NDArray z) {
        NDArray whole = derivative.mul(length);
        NDArray ratio = length.div(whole.add(z.sub(z.mul(whole).div(top))));
        return new Mapped(ratio.mul(z), ratio.square().mul(derivative).log());
      }
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray inner = ScalarMath.clamp(x, grid.bound());
      Bin bin = Bin.of(raw, inner, grid, 0);
      NDArray run = inner.sub(bin.x());
      Piece piece = bin.piece(run.lte(bin.joint()));
      Mapped mapped = piece.at(piece.turned(run, bin.width()));
      NDArray value = piece.turned(mapped.value(), bin.height()).add(bin.y());
      return Knots.insideOnly(new Mapped(value, mapped.logDet()), x, grid.bound());
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray inner = ScalarMath.clamp(y, grid.bound());
      Bin bin = Bin.of(raw, inner, grid, 1);
      NDArray rise = inner.sub(bin.y());
      Piece piece = bin.piece(rise.lte(bin.middle()));
      Mapped mapped = piece.inverse(piece.turned(rise, bin.height()));
      NDArray value = piece.turned(mapped.value(), bin.width()).add(bin.x());
      return Knots.insideOnly(new Mapped(value, mapped.logDet()), y, grid.bound());
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
