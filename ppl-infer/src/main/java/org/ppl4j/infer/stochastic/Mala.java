package org.ppl4j.infer.stochastic;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The Metropolis-adjusted Langevin algorithm: the end y of a {@link Langevin} step is accepted with
 * probability
 *
 * <pre>{@code
 * min(1, exp(log p(y) − log p(x) + log weight of the step))
 * }</pre>
 *
 * <p>which leaves p as it is. Its backward kernel is itself, hence log weight = log p(x) − log p(y)
 * where it moves, and 0 where it stays.
 *
 * <p>Gradients go through the values and not through the choice, so that those of a bound are not
 * quite unbiased; values and weights are exact.
 *
 * <p>Source: Roberts and Tweedie (1996); Wu, Koehler and Noé (2020), section 3.
 */
public final class Mala implements Move {

  private final Langevin proposal;

  private Mala(Langevin proposal) {
    this.proposal = proposal;
  }

  /**
   * Steps of this size h.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static Mala of(double stepSize) {
    return new Mala(Langevin.of(stepSize));
  }

  /** h. */
  public double stepSize() {
    return proposal.stepSize();
  }

  @Override
  public StochasticLayer towards(Target target) {
    Target remembered = LatestSlope.of(target);
    return (x, rng) ->
        accepted(x, step(remembered, x, rng), logUniform(x, rng.split("acceptance")));
  }

  private Langevin.Step step(Target target, NDArray x, Rng rng) {
    return proposal.step(target, x, Langevin.noise(x, rng));
  }

  private static NDArray logUniform(NDArray x, Rng rng) {
    return rng.uniform(Tensors.run(x), Shapes.dropRight(x.getShape(), 1)).log();
  }

  /** log of the probability of acceptance, unless above 0. */
  static NDArray logAcceptance(Langevin.Step step) {
    return step.after().sub(step.before()).add(step.moved().logWeight());
  }

  private static Moved accepted(NDArray x, Langevin.Step step, NDArray logUniform) {
    NDArray isAccepted = logUniform.lt(logAcceptance(step));
    NDArray value = Tensors.where(isAccepted.expandDims(-1), step.moved().value(), x);
    NDArray gone = step.before().sub(step.after());
    return new Moved(value, Tensors.where(isAccepted, gone, Tensors.number(0)));
  }

  @Override
  public String toString() {
    return "Mala(" + stepSize() + ")";
  }
}
