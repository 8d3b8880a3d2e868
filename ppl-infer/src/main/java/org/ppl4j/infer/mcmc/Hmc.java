package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;

/**
 * Hamiltonian Monte Carlo with trajectories of one length. {@link Nuts} chooses theirs by itself
 * and is right more often; this one is simple, and cheaper where its length is right.
 *
 * <p>Unless told otherwise a trajectory takes the time π/2, a quarter of a period where the scales
 * of a normal posterior were learned: its end then depends least on its start.
 *
 * <p>Source: Duane, Kennedy, Pendleton and Roweth (1987); Neal, "MCMC using Hamiltonian dynamics"
 * (2011).
 *
 * @param <D> the data of the model
 */
public final class Hmc<D extends @Nullable Object> extends Mcmc<D, Hmc<D>> {

  private static final int MOST_STEPS = 1 << 20;

  private final HmcKernel.Steps steps;

  private Hmc(Program<D> model, Settings settings, HmcKernel.Steps steps) {
    super(model, settings);
    this.steps = steps;
  }

  /** Of a model, with the settings that each method names. */
  public static <D extends @Nullable Object> Hmc<D> of(Program<D> model) {
    return new Hmc<>(model, Settings.ofGradients(), lasting(Math.PI / 2));
  }

  private static HmcKernel.Steps lasting(double time) {
    return stepSize -> (int) Math.max(1, Math.min(MOST_STEPS, Math.rint(time / stepSize)));
  }

  /**
   * Trajectories that last so long: as many steps as it takes at the step size.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public Hmc<D> trajectory(double time) {
    checkArgument(
        time > 0 && Double.isFinite(time),
        "hmc has trajectories of length %s, but it must be positive and finite",
        time);
    return new Hmc<>(model, settings, lasting(time));
  }

  /**
   * Trajectories of so many leapfrog steps.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Hmc<D> steps(int steps) {
    checkArgument(steps >= 1, "hmc has trajectories of %s steps, but needs at least 1", steps);
    return new Hmc<>(model, settings, stepSize -> steps);
  }

  @Override
  Hmc<D> with(Settings changed) {
    return new Hmc<>(model, changed, steps);
  }

  @Override
  String name() {
    return "hmc";
  }

  @Override
  Function<ChainTarget, TransitionKernel> kernels(Problem<D> problem) {
    return bySteps(leapfrog -> new HmcKernel(leapfrog, steps), STANS_ACCEPTANCE);
  }
}
