package org.ppl4j.infer.stochastic;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Tensors;

/**
 * Hamiltonian dynamics: a fresh momentum v of N(0, I) and L leapfrog steps
 *
 * <pre>{@code
 * v ← v + ε/2 ∇log p(x),  x ← x + ε v,  v ← v + ε/2 ∇log p(x)
 * log weight = (|v|² − |v'|²) / 2
 * }</pre>
 *
 * <p>v the momentum before and v' after them, whose map keeps volume; backwards it goes from −v'.
 * No end is rejected, so that gradients go through all of the path. Cost: L gradients of p, one
 * more where it stands alone.
 *
 * <p>Source: Wu, Koehler and Noé, "Stochastic normalizing flows" (2020), section 3; Neal (2011).
 */
public final class Leapfrog implements Move {

  private final double stepSize;
  private final int steps;

  private Leapfrog(double stepSize, int steps) {
    this.stepSize = stepSize;
    this.steps = steps;
  }

  /**
   * So many steps of this size ε; a standard normal distribution admits some 0.3.
   *
   * @throws IllegalArgumentException if the size is not positive and finite, or there is no step
   */
  public static Leapfrog of(double stepSize, int steps) {
    checkArgument(
        stepSize > 0 && Double.isFinite(stepSize),
        "leapfrog layer has step size %s, but it must be positive and finite",
        stepSize);
    checkArgument(steps >= 1, "leapfrog layer has %s steps, but needs at least 1", steps);
    return new Leapfrog(stepSize, steps);
  }

  /** ε. */
  public double stepSize() {
    return stepSize;
  }

  /** L. */
  public int steps() {
    return steps;
  }

  @Override
  public StochasticLayer towards(Target target) {
    Target remembered = LatestSlope.of(target);
    return (x, rng) -> {
      NDArray momentum = Langevin.noise(x, rng);
      Phase end = step(remembered, new Phase(x, momentum));
      return new Moved(end.position(), kinetic(momentum).sub(kinetic(end.momentum())));
    };
  }

  /** A position with a momentum, {@code (*, D)} each. */
  record Phase(NDArray position, NDArray momentum) {}

  Phase step(Target target, Phase start) {
    NDArray x = start.position();
    NDArray v = start.momentum();
    for (int i = 0; i < steps; i++) {
      v = v.add(target.slope(x).gradient().mul(stepSize / 2));
      x = x.add(v.mul(stepSize));
      v = v.add(target.slope(x).gradient().mul(stepSize / 2));
    }
    return new Phase(x, v);
  }

  static NDArray kinetic(NDArray momentum) {
    return Tensors.sumRight(momentum.square(), 1).mul(0.5);
  }

  @Override
  public String toString() {
    return "Leapfrog(" + stepSize + ", " + steps + ")";
  }
}
