package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The direction of a normal vector: x = z / |z| with z ~ Normal(concentration, I).
 *
 * <p>With c = concentration and t = x · c, per unit of surface of the sphere,
 *
 * <pre>{@code
 * log p(x) = −K/2 log 2π − ½ |c|² + log ∫_0^∞ r^(K−1) exp(−r²/2 + r t) dr
 * }</pre>
 *
 * <p>Parameter: {@code concentration (*, K)}, any real vector, K at least 2; 0 is the uniform
 * distribution. The integral is taken in u = log r by the trapezoidal rule around its mode with
 * nodes that thin out on the left, to 1e-12 with 54 of them; all terms are positive, so that no
 * digits cancel for any K and t, as they do in the closed forms by the normal distribution
 * function. Mean and variance do not exist in closed form.
 */
public final class ProjectedNormal extends Distribution {

  /** Nodes left of the integrand's mode and right of it. */
  private static final int LEFT = 23;

  private static final int RIGHT = 30;

  /** The distance of nodes in units of the integrand's width. */
  private static final double STEP = 0.3;

  /** How soon the nodes thin out on the left, where the integrand falls as exp(K u) only. */
  private static final double STRETCH = 0.05;

  private final NDArray concentration;

  private ProjectedNormal(NDArray concentration) {
    super(
        Matrices.lastDims(concentration, 1),
        new Argument("concentration", concentration, Constraint.REAL, 1));
    checkArgument(
        eventShape().get(0) > 1,
        "ProjectedNormal has vectors of size %s; directions need at least 2",
        eventShape().get(0));
    this.concentration = concentration;
  }

  /**
   * The distribution of a normal vector's direction.
   *
   * @param concentration the mean of the normal vector, {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension or a size of 1
   */
  public static ProjectedNormal of(NDArray concentration) {
    return new ProjectedNormal(concentration);
  }

  /** As {@link #of(NDArray)}. */
  public static ProjectedNormal of(double... concentration) {
    return of(Tensors.vector(concentration));
  }

  /** The parameter {@code concentration}. */
  public NDArray concentration() {
    return concentration;
  }

  @Override
  public Constraint support() {
    return Constraint.SPHERE;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    double size = (double) eventShape().get(0);
    NDArray t = value.mul(concentration).sum(new int[] {-1});
    NDArray square = concentration.square().sum(new int[] {-1});
    return logIntegral(t, size).sub(square.mul(0.5)).sub(size * MathConstants.HALF_LOG_2PI);
  }

  /**
   * log ∫ exp(K u − e^{2u}/2 + t e^u) du at u = log r + σ (w − b (e^{−w} − 1)), w = 0, ±h, ±2h, …,
   * with b = {@link #STRETCH} and h = {@link #STEP}. The mode is at r = (t + √(t² + 4 K)) / 2,
   * written without cancellation for negative t; the second derivative there is −(r² + K) = −1/σ².
   * The integral does not depend on the nodes, so they have no gradient.
   */
  private static NDArray logIntegral(NDArray t, double size) {
    NDArray fixed = t.stopGradient();
    NDArray larger = fixed.abs().add(fixed.square().add(4 * size).sqrt()).mul(0.5);
    NDArray mode = Tensors.where(fixed.gt(0), larger, Tensors.number(size).div(larger));
    NDArray width = Tensors.number(1).div(mode.square().add(size).sqrt());
    Run run = Tensors.run(t);
    NDArray nodes = ofNodes(run, w -> w - STRETCH * Math.expm1(-w));
    NDArray logWeights = ofNodes(run, w -> Math.log(STEP * (1 + STRETCH * Math.exp(-w))));
    NDArray u = width.expandDims(-1).mul(nodes).add(mode.log().expandDims(-1));
    NDArray r = u.exp();
    NDArray exponent = t.expandDims(-1).sub(r.mul(0.5)).mul(r).add(u.mul(size)).add(logWeights);
    return Special.logSumExp(exponent, -1, false).add(width.log());
  }

  private static NDArray ofNodes(Run run, DoubleUnaryOperator function) {
    double[] values = new double[LEFT + RIGHT + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = function.applyAsDouble((i - LEFT) * STEP);
    }
    return run.create(values, new Shape(values.length));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.normal(run(), Shapes.concat(batch, eventShape()));
    NDArray z = noise.add(concentration);
    NDArray value = z.div(z.square().sum(new int[] {-1}, true).sqrt());
    return Draw.of(value, () -> doLogProb(value));
  }

  @Override
  public ProjectedNormal withParameters(UnaryOperator<NDArray> operator) {
    return new ProjectedNormal(operator.apply(concentration));
  }
}
