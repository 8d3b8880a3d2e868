package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Monotone splines of K bins of two linear rational pieces each on [−B, B], the identity outside.
 *
 * <p>With t = (x − x_k) / w, slope s, derivatives d and d′, and the joint λ of the bin:
 *
 * <pre>{@code
 * b = √(d / d′), c = (λ d + (1 − λ) b d′) / s, y_c = ((1 − λ) y_k + λ b y_{k+1}) / (1 − λ + λ b)
 * y = (y_k (λ − t) + c y_c t) / (λ − t + c t)                         for t ≤ λ
 * y = (c y_c (1 − t) + b y_{k+1} (t − λ)) / (c (1 − t) + b (t − λ))   for t > λ
 * }</pre>
 *
 * <p>Parameters: K widths and K heights, each through a softmax to shares of 2 B of at least
 * 1/1000; K − 1 inner derivatives through softplus, at least 1/1000, the outer ones being 1; K
 * joints through a logistic function to [0.025, 0.975]. Both directions are closed forms without
 * roots. Source: Dolatabadi, Erfani and Leckie, "Invertible generative modeling using linear
 * rational splines" (2020), section 3.
 */
public final class LinearRational implements ScalarFamily {

  private static final double LEAST_JOINT = 0.025;

  private final int bins;
  private final double bound;

  private LinearRational(int bins, double bound) {
    this.bins = bins;
    this.bound = bound;
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
    return 4 * bins - 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts =
        bins == 1
            ? Tensors.split(parameters, -1, 2, 1)
            : Tensors.split(parameters, -1, 2L * bins, bins - 1L, bins);
    NDArray knots = Knots.of(parts.get(0), 2, bins, bound);
    NDArray derivatives = Knots.derivatives(parts.get(0), bins == 1 ? null : parts.get(1));
    NDArray joints =
        parts
            .get(parts.size() - 1)
            .getNDArrayInternal()
            .sigmoid()
            .mul(1 - 2 * LEAST_JOINT)
            .add(LEAST_JOINT);
    NDArray rows =
        Tensors.concat(
            List.of(knots, derivatives, Knots.paddedBehind(joints, 0.5).expandDims(-2)), -2);
    return new Map(rows, bound);
  }

  @Override
  public String toString() {
    return "linear rational(" + bins + " bins, bound " + bound + ")";
  }

  private static final class Map extends ScalarMap {

    private final NDArray knots;
    private final double bound;

    Map(NDArray knots, double bound) {
      super(Shapes.dropRight(knots.getShape(), 2));
      this.knots = knots;
      this.bound = bound;
    }

    /** A bin with its joint: heights are counted from its lower end. */
    private record Bin(
        NDArray x,
        NDArray y,
        NDArray width,
        NDArray height,
        NDArray joint,
        NDArray b,
        NDArray c,
        NDArray middle) {

      static Bin of(NDArray knots, NDArray value, int row) {
        List<NDArray> ends = Knots.pick(knots, Knots.bin(Knots.row(knots, row), value), 2);
        NDArray width = ends.get(1).sub(ends.get(0));
        NDArray height = ends.get(3).sub(ends.get(2));
        NDArray joint = ends.get(6);
        NDArray rest = joint.sub(1).neg();
        NDArray b = ends.get(4).div(ends.get(5)).sqrt();
        NDArray c = joint.mul(ends.get(4)).add(rest.mul(b).mul(ends.get(5))).mul(width).div(height);
        NDArray weighted = joint.mul(b);
        NDArray middle = weighted.mul(height).div(rest.add(weighted));
        return new Bin(ends.get(0), ends.get(2), width, height, joint, b, c, middle);
      }

      /** y − y_k and log dy/dx at t. */
      Mapped at(NDArray t) {
        NDArray isLeft = t.lte(joint);
        NDArray left = Tensors.where(isLeft, t, joint);
        NDArray right = Tensors.where(isLeft, joint, t);
        NDArray ofLeft = joint.sub(left).add(c.mul(left));
        NDArray toEnd = right.sub(1).neg();
        NDArray past = b.mul(right.sub(joint));
        NDArray ofRight = c.mul(toEnd).add(past);
        NDArray value =
            Tensors.where(
                isLeft,
                c.mul(middle).mul(left).div(ofLeft),
                c.mul(middle).mul(toEnd).add(past.mul(height)).div(ofRight));
        NDArray numerator =
            Tensors.where(
                isLeft, joint.mul(middle), joint.sub(1).neg().mul(b).mul(height.sub(middle)));
        NDArray denominator = Tensors.where(isLeft, ofLeft, ofRight);
        NDArray logSlope = numerator.mul(c).div(width).log().sub(denominator.log().mul(2));
        return new Mapped(value, logSlope);
      }

      /** t of y − y_k. */
      NDArray inverse(NDArray rise) {
        NDArray isLeft = rise.lte(middle);
        NDArray left = Tensors.where(isLeft, rise, middle);
        NDArray right = Tensors.where(isLeft, middle, rise);
        NDArray toTop = b.mul(height.sub(right));
        NDArray past = c.mul(right.sub(middle));
        return Tensors.where(
            isLeft,
            joint.mul(left).div(left.add(c.mul(middle.sub(left)))),
            past.add(joint.mul(toTop)).div(past.add(toTop)));
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
      NDArray t = bin.inverse(inner.sub(bin.y()));
      NDArray value = t.mul(bin.width()).add(bin.x()).add(y.sub(inner));
      return new Mapped(value, bin.at(t).logDet().neg());
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(knots), bound);
    }

    @Override
    public String toString() {
      return "linear rational";
    }
  }
}
