package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.SoftmaxBin;
import org.ppl4j.tensor.SoftmaxBin.Pick;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Monotone rational quadratic splines of the circle: angles from −π to π to such, by K pieces, then
 * a rotation, y = spline(x) + φ mod 2 π. The derivative at −π is that at π, so that densities have
 * no seam.
 *
 * <p>Parameters: K widths and K heights, each through a softmax to shares of 2 π of at least
 * 1/1000; K derivatives through softplus, from 1/1000 to 1000; φ. At 0 it is the identity. Both
 * directions are closed forms; −π and π are the same angle, and either may come out. Its domain is
 * {@link Constraint#CIRCULAR}: give it a base there, such as a uniform or a von Mises distribution.
 * Networks of layers over it read the cosine and the sine of angles. Source: Rezende, Papamakarios,
 * Racanière, Albergo, Kanwar, Shanahan and Cranmer, "Normalizing flows on tori and spheres" (2020),
 * section 2.1.
 */
public final class CircularSpline implements ScalarFamily {

  private final int bins;
  private final SoftmaxBin.Grid grid;

  private CircularSpline(int bins) {
    this.bins = bins;
    List<Pick> ends = List.of(new Pick(0, bins + 1L, 0), new Pick(0, bins + 1L, 1));
    this.grid = new SoftmaxBin.Grid(2, bins, Math.PI, Knots.MIN, ends);
  }

  /**
   * With this many bins.
   *
   * @throws IllegalArgumentException if {@code bins} is not from 1 to 500
   */
  public static CircularSpline of(int bins) {
    Knots.check("circular spline", bins, 1, Math.PI);
    return new CircularSpline(bins);
  }

  @Override
  public int parameters() {
    return 3 * bins + 1;
  }

  @Override
  public Constraint domain() {
    return Constraint.CIRCULAR;
  }

  @Override
  public boolean hasLinearTails() {
    return false;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, 3L * bins, 1);
    NDArray first = Tensors.range(parameters, -1, 2L * bins, 2L * bins + 1);
    NDArray angle = parts.get(1).squeeze(-1);
    NDArray turn = angle.sub(angle.div(2 * Math.PI).round().mul(2 * Math.PI));
    return new Map(Tensors.concat(List.of(parts.get(0), first), -1), grid, turn);
  }

  @Override
  public String toString() {
    return "circular spline(" + bins + " bins)";
  }

  private static final class Map extends ScalarMap {

    /** {@code (*, 3 K + 1)}, with the first derivative again as the last. */
    private final NDArray raw;

    private final SoftmaxBin.Grid grid;

    /** From −π to π, {@code (*)}. */
    private final NDArray turn;

    Map(NDArray raw, SoftmaxBin.Grid grid, NDArray turn) {
      super(turn.getShape());
      this.raw = raw;
      this.grid = grid;
      this.turn = turn;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      RationalQuadraticMap.Bin bin = RationalQuadraticMap.Bin.of(raw, x, grid, 0);
      Mapped mapped = bin.at(bin.share(x));
      NDArray image = onCircle(mapped.value());
      return new Mapped(wrapped(image.add(turn)), mapped.logDet());
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray image = wrapped(y.sub(turn));
      RationalQuadraticMap.Bin bin = RationalQuadraticMap.Bin.of(raw, image, grid, 1);
      NDArray xi = bin.inverse(image);
      return new Mapped(onCircle(xi.mul(bin.width()).add(bin.x())), bin.logSlope(xi).neg());
    }

    /** Rounding beyond the ends taken back, the derivative kept. */
    private static NDArray onCircle(NDArray angle) {
      return ScalarMath.clampRounding(angle, -Math.PI, Math.PI);
    }

    /** A sum or difference of two angles as an angle. */
    private static NDArray wrapped(NDArray sum) {
      NDArray turns = Tensors.where(sum.gt(Math.PI), Tensors.number(2 * Math.PI), 0);
      NDArray above = sum.sub(turns);
      NDArray angle = above.add(Tensors.where(above.lt(-Math.PI), Tensors.number(2 * Math.PI), 0));
      return onCircle(angle);
    }

    @Override
    public Constraint domain() {
      return Constraint.CIRCULAR;
    }

    @Override
    public Constraint codomain() {
      return Constraint.CIRCULAR;
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(raw), grid, operator.apply(turn));
    }

    @Override
    public String toString() {
      return "circular spline";
    }
  }
}
