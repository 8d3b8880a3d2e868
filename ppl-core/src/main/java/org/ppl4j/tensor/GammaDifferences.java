package org.ppl4j.tensor;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.internal.math.GaussLegendre;
import org.ppl4j.tensor.internal.table.CountTerms;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Differences of log Γ and of its derivatives that are small beside the values that they are
 * differences of. Each is computed from terms of its own size.
 */
public final class GammaDifferences {

  /** From here to the singularity at 0 few nodes have all digits. */
  private static final double NARROW = 1;

  /** From here on the terms of the series have all digits. */
  private static final double SERIES_FROM = 16;

  private GammaDifferences() {}

  /**
   * {@code log Γ(x + 1/2) - log Γ(x) - log(x) / 2}, which is about {@code -1 / (8 x)}.
   *
   * @param x positive
   */
  public static NDArray halfStep(NDArray x) {
    return Special.apply(Op.LOG_GAMMA_HALF_STEP, x);
  }

  /**
   * {@link #halfStep} at x less that at {@code x + step}, not positive: for large x by the series,
   * of which the difference of each term has the factor {@code 1 / x - 1 / (x + step)}.
   *
   * @param x positive
   * @param step not negative; broadcasts with x
   */
  public static NDArray fallOfHalfStep(NDArray x, NDArray step) {
    NDArray near = number(1).div(x.maximum(SERIES_FROM));
    NDArray far = number(1).div(x.maximum(SERIES_FROM).add(step));
    NDArray ratio = number(1); // (nearⁿ − farⁿ) / (near − far)
    NDArray power = far; // farⁿ
    NDArray series = number(CountTerms.HALF_STEP.get(0));
    for (int k = 1; k < CountTerms.HALF_STEP.size(); k++) {
      for (int i = 0; i < 2; i++) {
        ratio = ratio.mul(near).add(power);
        power = power.mul(far);
      }
      series = series.add(ratio.mul(CountTerms.HALF_STEP.get(k)));
    }
    NDArray large = series.mul(near).mul(far).mul(step);
    NDArray small = x.minimum(SERIES_FROM);
    NDArray direct = halfStep(small).sub(halfStep(small.add(step)));
    return Tensors.where(x.gt(SERIES_FROM), large, direct);
  }

  /**
   * {@code ψ(x + 1/2) - ψ(x)}.
   *
   * @param x positive
   */
  public static NDArray digammaHalfStep(NDArray x) {
    return Special.apply(Op.DIGAMMA_HALF_STEP, x);
  }

  /**
   * {@code log Γ(x + step) - log Γ(x)}: with y = x + step it is {@code step log y} less half the
   * deviance of x from y, which is 0 for no step, and what Stirling's formula leaves.
   *
   * @param x at least 1
   * @param step not negative; broadcasts with x
   */
  public static NDArray rising(NDArray x, NDArray step) {
    NDArray y = x.add(step);
    NDArray rest = Special.logFactorialRest(y).sub(Special.logFactorialRest(x));
    return y.log().mul(step).sub(Special.deviance(x, y)).add(rest).sub(Special.log1p(step.div(x)));
  }

  /**
   * The second difference {@code log Γ(1 + 2 y) - 2 log Γ(1 + y)}, not negative. Up to 1 it is y²
   * times the mean of ψ'(1 + y s) by the triangular density on (0, 2).
   *
   * @param y not negative
   */
  public static NDArray second(NDArray y) {
    NDArray isNarrow = y.lt(NARROW);
    NDArray narrow = Tensors.where(isNarrow, y, number(NARROW));
    NDArray wide = Tensors.where(isNarrow, number(NARROW), y);
    NDArray twice = Special.lgamma(wide.add(1)).mul(2);
    NDArray direct = Special.lgamma(wide.mul(2).add(1)).sub(twice);
    return Tensors.where(isNarrow, triangular(narrow, s -> Special.polygamma(1, s)), direct);
  }

  /**
   * What of {@link #second} a shift of both arguments leaves: {@code second(y)} less the same of
   * {@code log Γ(1 + shift + ·)}, not negative.
   *
   * @param y not negative
   * @param shift positive; broadcasts with y
   */
  public static NDArray secondLessShifted(NDArray y, NDArray shift) {
    NDArray isNarrow = y.lt(NARROW);
    Run run = Tensors.run(y, shift);
    NDArray isClose = shift.lt(NARROW);
    NDArray narrow = Tensors.where(isNarrow, y, number(NARROW));
    NDArray wide = Tensors.where(isNarrow, number(NARROW), y);
    NDArray close = Tensors.where(isClose, shift, number(NARROW));
    NDArray far = Tensors.where(isClose, number(NARROW), shift);
    // ψ'(s) − ψ'(s + shift), as −∫ ψ'' if the shift is small.
    NDArray narrowClose =
        triangular(
            narrow,
            s ->
                overUnit(
                        run,
                        b ->
                            Special.polygamma(
                                2,
                                b.mul(close.expandDims(-1)).expandDims(-2).add(s.expandDims(-1))))
                    .neg()
                    .mul(close.expandDims(-1)));
    NDArray narrowFar =
        triangular(
            narrow,
            s -> Special.polygamma(1, s).sub(Special.polygamma(1, s.add(far.expandDims(-1)))));
    NDArray one = wide.add(1);
    NDArray two = wide.mul(2).add(1);
    // ∫ 2 ψ(1 + y + b) − ψ(1 + 2 y + b) − ψ(1 + b) over the shift b.
    NDArray wideClose =
        overUnit(
                run,
                b -> {
                  NDArray shifted = b.mul(close.expandDims(-1));
                  return Special.digamma(shifted.add(one.expandDims(-1)))
                      .mul(2)
                      .sub(Special.digamma(shifted.add(two.expandDims(-1))))
                      .sub(Special.digamma(shifted.add(1)));
                })
            .mul(close);
    NDArray wideFar = logMoment(wide.mul(2), far).sub(logMoment(wide, far).mul(2));
    return Tensors.where(
        isNarrow,
        Tensors.where(isClose, narrowClose, narrowFar),
        Tensors.where(isClose, wideClose, wideFar));
  }

  /**
   * {@code log Γ(1 + y) + log Γ(1 + b) - log Γ(1 + y + b)}, which is {@code log(b B(1 + y, b))}.
   *
   * @param y not negative
   * @param b not negative; broadcasts with y
   */
  public static NDArray logMoment(NDArray y, NDArray b) {
    NDArray less = y.minimum(b);
    return Special.lgamma(less.add(1)).sub(rising(y.maximum(b).add(1), less));
  }

  /** y² times the integral of f(1 + y s) by the weight min(s, 2 − s) over (0, 2). */
  private static NDArray triangular(NDArray y, UnaryOperator<NDArray> f) {
    NDArray step = y.expandDims(-1);
    return overUnit(
            Tensors.run(y),
            s -> f.apply(s.mul(step).add(1)).add(f.apply(number(2).sub(s).mul(step).add(1))).mul(s))
        .mul(y.square());
  }

  /** The integral over (0, 1) of a function of the nodes, which are its last dim. */
  private static NDArray overUnit(Run run, UnaryOperator<NDArray> f) {
    double[] nodes = new double[GaussLegendre.SIZE];
    double[] weights = new double[GaussLegendre.SIZE];
    int[] at = {0};
    GaussLegendre.over(
        0,
        1,
        (x, weight) -> {
          nodes[at[0]] = x;
          weights[at[0]++] = weight;
        });
    Shape shape = new Shape(nodes.length);
    NDArray values = f.apply(run.create(nodes, shape));
    return values.mul(run.create(weights, shape)).sum(new int[] {-1});
  }
}
