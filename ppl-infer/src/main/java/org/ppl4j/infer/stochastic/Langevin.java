package org.ppl4j.infer.stochastic;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * Overdamped Langevin dynamics: a step uphill with noise,
 *
 * <pre>{@code
 * y = x + h ∇log p(x) + √(2h) ε,  ε ~ N(0, I)
 * log weight = (|ε|² − |ε + √(h/2) (∇log p(x) + ∇log p(y))|²) / 2
 * }</pre>
 *
 * <p>with the same kernel backwards. No step is rejected, so that gradients go through all of the
 * path; what a step too long misses, the weight tells. Cost: one gradient of p a layer, two where
 * it stands alone.
 *
 * <p>Source: Wu, Koehler and Noé, "Stochastic normalizing flows" (2020), equations 12 and 13.
 */
public final class Langevin implements Move {

  private final double stepSize;

  private Langevin(double stepSize) {
    this.stepSize = stepSize;
  }

  /**
   * Steps of this size h; a standard normal distribution admits some 0.1.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static Langevin of(double stepSize) {
    checkArgument(
        stepSize > 0 && Double.isFinite(stepSize),
        "langevin layer has step size %s, but it must be positive and finite",
        stepSize);
    return new Langevin(stepSize);
  }

  /** h. */
  public double stepSize() {
    return stepSize;
  }

  @Override
  public StochasticLayer towards(Target target) {
    Target remembered = LatestSlope.of(target);
    return (x, rng) -> step(remembered, x, noise(x, rng)).moved();
  }

  static NDArray noise(NDArray x, Rng rng) {
    return rng.normal(Tensors.run(x), x.getShape());
  }

  /** A step with the log density at its start and end. */
  record Step(Moved moved, NDArray before, NDArray after) {}

  Step step(Target target, NDArray x, NDArray noise) {
    Slope from = target.slope(x);
    NDArray y = x.add(from.gradient().mul(stepSize)).add(noise.mul(Math.sqrt(2 * stepSize)));
    Slope to = target.slope(y);
    NDArray turn = from.gradient().add(to.gradient()).mul(Math.sqrt(stepSize / 2));
    NDArray logWeight = Tensors.sumRight(turn.mul(noise.add(turn.mul(0.5))), 1).neg();
    return new Step(new Moved(y, logWeight), from.logDensity(), to.logDensity());
  }

  @Override
  public String toString() {
    return "Langevin(" + stepSize + ")";
  }
}
