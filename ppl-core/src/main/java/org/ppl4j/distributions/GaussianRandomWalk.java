package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A random walk from 0 with normal steps: x_1 = scale ε_1, x_t = x_{t−1} + scale ε_t.
 *
 * <p>log p(x) = Σ_t log Normal(x_t − x_{t−1} | 0, scale) with x_0 = 0.
 *
 * <p>Parameters: {@code scale > 0}, of one step; the number of steps T, at least 1. Values are
 * {@code (*, T)}; the variance of x_t is t scale².
 */
public final class GaussianRandomWalk extends Distribution {

  private final NDArray scale;
  private final int steps;

  private GaussianRandomWalk(NDArray scale, int steps) {
    super(new Shape(steps), Argument.positive("scale", scale));
    checkArgument(steps > 0, "GaussianRandomWalk has %s steps; it needs at least 1", steps);
    this.scale = scale;
    this.steps = steps;
  }

  /**
   * A random walk.
   *
   * @param scale the standard deviation of a step, {@code (*)}
   * @param steps how many there are
   * @throws IllegalArgumentException if a number is out of range
   */
  public static GaussianRandomWalk of(NDArray scale, int steps) {
    return new GaussianRandomWalk(scale, steps);
  }

  /** As {@link #of(NDArray, int)}. */
  public static GaussianRandomWalk of(double scale, int steps) {
    return of(number(scale), steps);
  }

  /** The parameter {@code scale}. */
  public NDArray scale() {
    return scale;
  }

  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, 1);
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray first = Tensors.range(value, -1, 0, 1);
    if (steps == 1) {
      return density(first.div(each()));
    }
    NDArray moves = Tensors.range(value, -1, 1, steps).sub(Tensors.range(value, -1, 0, steps - 1));
    return density(Tensors.concat(List.of(first, moves), -1).div(each()));
  }

  private NDArray each() {
    return Tensors.constant(scale).isPresent() ? scale : scale.expandDims(-1);
  }

  private NDArray density(NDArray z) {
    return z.square()
        .sum(new int[] {-1})
        .mul(-0.5)
        .sub(scale.log().add(MathConstants.HALF_LOG_2PI).mul(steps));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray z = rng.normal(run(), Shapes.concat(batch, eventShape()));
    return Draw.of(z.cumSum(-1).mul(each()), () -> density(z));
  }

  @Override
  protected NDArray doMean() {
    return run().zeros(eventShape());
  }

  @Override
  protected NDArray doVariance() {
    double[] times = new double[steps];
    for (int t = 0; t < steps; t++) {
      times[t] = t + 1;
    }
    return run().create(times, eventShape()).mul(each().square());
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(MathConstants.HALF_LOG_2PI + 0.5).mul(steps);
  }

  @Override
  public GaussianRandomWalk withParameters(UnaryOperator<NDArray> operator) {
    return new GaussianRandomWalk(operator.apply(scale), steps);
  }
}
