package org.ppl4j.infer.mcmc;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;

/**
 * The Metropolis-adjusted Langevin algorithm (MALA): each iteration proposes a step along the
 * gradient, with noise,
 *
 * <pre>{@code
 * x' = x + ε²/2 M⁻¹ ∇log π(x) + ε N(0, M⁻¹)
 * }</pre>
 *
 * <p>and takes it with probability min(1, π(x') q(x | x') / (π(x) q(x' | x))). That is one leapfrog
 * step of {@link Hmc}, whose energies hold both ratios. An iteration costs one gradient; for good
 * draws it takes more of them than {@link Nuts}, which goes many steps in one direction.
 *
 * <p>While it warms up, a chain learns the scales M⁻¹, and ε so that 0.574 of the steps are
 * accepted ({@link #targetAcceptance}). As a layer of a guide it is {@link
 * org.ppl4j.infer.stochastic.Mala}.
 *
 * <p>Source: Besag (1994); Roberts and Tweedie, "Exponential convergence of Langevin distributions
 * and their discrete approximations" (1996); Roberts and Rosenthal, "Optimal scaling of discrete
 * approximations to Langevin diffusions" (1998) for 0.574; Neal, "MCMC using Hamiltonian dynamics"
 * (2011), section 5.2.
 *
 * @param <D> the data of the model
 */
public final class AdjustedLangevin<D extends @Nullable Object>
    extends Mcmc<D, AdjustedLangevin<D>> {

  private static final double BEST_ACCEPTANCE = 0.574;

  private AdjustedLangevin(Program<D> model, Settings settings) {
    super(model, settings);
  }

  /** Of a model, with the settings that each method names. */
  public static <D extends @Nullable Object> AdjustedLangevin<D> of(Program<D> model) {
    return new AdjustedLangevin<>(model, new Settings());
  }

  @Override
  AdjustedLangevin<D> with(Settings changed) {
    return new AdjustedLangevin<>(model, changed);
  }

  @Override
  String name() {
    return "adjusted langevin";
  }

  @Override
  Function<ChainTarget, TransitionKernel> kernels(Problem<D> problem) {
    return bySteps(leapfrog -> new HmcKernel(leapfrog, step -> 1), BEST_ACCEPTANCE);
  }
}
