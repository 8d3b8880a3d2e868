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
 * Nonlinear squared maps: a line with one bump, y = a + b x + c / (1 + (d x + g)²).
 *
 * <p>Five parameters: a; log b and log d, kept between −5 and 5; c by tanh, as the share 0.95 of
 * the largest bump that keeps the map increasing, |c| d / b below 8 √3 / 9; g. At 0 it is the
 * identity. The derivative is between 0.05 b and 1.95 b. With t = d x + g and k = c d / b, log
 * dy/dx = log b + log(1 − 2 k t / (1 + t²)²). The inverse solves the cubic (z − t) (1 + t²) = k, z
 * = (y − a) d / b + g, by Cardano's formula, and ends with two of Newton's steps, which give back
 * the digits that the formula loses. Source: Ziegler and Rush, "Latent normalizing flows for
 * discrete sequences" (2019), section 5.1 and appendix A.
 */
public final class NonlinearSquared implements ScalarFamily {

  private static final double BOUND = 5;

  /** Of the bump where the derivative would be 0 at its steepest place. */
  private static final double LARGEST = 0.95 * 8 * Math.sqrt(3) / 9;

  /** Beyond it the root is z to all digits, as far as Newton's steps need to know. */
  private static final double FAR = 1e4;

  private NonlinearSquared() {}

  /** The family. */
  public static NonlinearSquared of() {
    return new NonlinearSquared();
  }

  @Override
  public int parameters() {
    return 5;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = ScalarMath.columns(parameters);
    return new Map(
        parts.get(0),
        ScalarMath.clamp(parts.get(1), BOUND),
        parts.get(2).tanh().mul(LARGEST),
        ScalarMath.clamp(parts.get(3), BOUND),
        parts.get(4));
  }

  @Override
  public String toString() {
    return "nonlinear squared";
  }

  private static final class Map extends ScalarMap {

    private final NDArray loc;
    private final NDArray logSlope;
    private final NDArray bump;
    private final NDArray logWidth;
    private final NDArray shift;

    /** d, and b / d. */
    private final NDArray width;

    private final NDArray unit;

    /** a, log b, k, log d and g, each {@code (*)}. */
    Map(NDArray loc, NDArray logSlope, NDArray bump, NDArray logWidth, NDArray shift) {
      super(Shapes.broadcast(loc.getShape(), logSlope.getShape()));
      this.loc = loc;
      this.logSlope = logSlope;
      this.bump = bump;
      this.logWidth = logWidth;
      this.shift = shift;
      this.width = logWidth.exp();
      this.unit = logSlope.sub(logWidth).exp();
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray t = x.mul(width).add(shift);
      NDArray part = Tensors.number(1).div(t.square().add(1));
      NDArray lift = part.mul(bump);
      NDArray value = x.mul(logSlope.exp()).add(lift.mul(unit)).add(loc);
      NDArray fall = lift.mul(part).mul(t).mul(-2);
      return new Mapped(value, Special.log1p(fall).add(logSlope));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray start =
          Tensors.run(y)
              .withoutGradients(
                  () -> {
                    NDArray z = y.sub(loc).div(unit).add(shift);
                    NDArray near = ScalarMath.clamp(z, FAR);
                    return root(near).add(z.sub(near)).sub(shift).div(width);
                  });
      NDArray x = MonotoneInverse.near(this::doForward, y, start);
      return new Mapped(x, doForward(x).logDet().neg());
    }

    /**
     * The t of (z − t) (1 + t²) = k: with t = s + z / 3 it is s³ + 3 p s + 2 q = 0, whose
     * discriminant q² + p³, multiplied out, does not cancel for large z.
     */
    private NDArray root(NDArray z) {
      NDArray square = z.square();
      NDArray p = square.div(-9).add(1.0 / 3);
      NDArray q = square.div(-27).sub(1.0 / 3).mul(z).add(bump.mul(0.5));
      NDArray discriminant =
          square
              .sub(bump.mul(z))
              .add(2)
              .mul(square)
              .sub(bump.mul(z).mul(9))
              .add(bump.square().mul(6.75))
              .add(1)
              .div(27);
      NDArray cube = q.abs().add(discriminant.maximum(0).sqrt());
      NDArray larger = cube.pow(1.0 / 3);
      NDArray sum = larger.sub(p.div(larger));
      return Tensors.where(q.gt(0), sum.neg(), sum).add(z.div(3));
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(
          operator.apply(loc),
          operator.apply(logSlope),
          operator.apply(bump),
          operator.apply(logWidth),
          operator.apply(shift));
    }

    @Override
    public String toString() {
      return "nonlinear squared";
    }
  }
}
