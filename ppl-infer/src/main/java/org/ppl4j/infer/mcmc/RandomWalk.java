package org.ppl4j.infer.mcmc;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;

/**
 * Random walk Metropolis: each iteration proposes a step of a normal distribution, and takes it by
 * the ratio of the densities. It asks the density for no slope: for models whose gradient is wrong
 * or means nothing, as where values are rounded. Elsewhere {@link Nuts} needs far fewer densities.
 *
 * <p>While it warms up, a chain learns the covariance of the steps, and their length so that 0.234
 * of them are accepted, 0.44 where there is one unconstrained number ({@link #targetAcceptance}).
 * Then both stay, and the draws are exact in the end.
 *
 * <p>About one of 3 D draws is a new one, of D unconstrained numbers: unless set otherwise a chain
 * makes 5,000 draws after 5,000 iterations of warm-up, by a {@link Metric#DENSE} metric. The
 * gradient is computed nevertheless, and must be finite where chains start.
 *
 * <p>Source: Metropolis and others (1953); Haario, Saksman and Tamminen, "An adaptive Metropolis
 * algorithm" (2001); Roberts, Gelman and Gilks, "Weak convergence and optimal scaling of random
 * walk Metropolis algorithms" (1997) for the scale 2.38 / √D at which it begins.
 *
 * @param <D> the data of the model
 */
public final class RandomWalk<D extends @Nullable Object> extends Mcmc<D, RandomWalk<D>> {

  private static final int ITERATIONS = 5000;
  private static final double BEST_SCALE = 2.38;
  private static final double BEST_OF_ONE = 0.44;
  private static final double BEST_OF_MANY = 0.234;

  private RandomWalk(Program<D> model, Settings settings) {
    super(model, settings);
  }

  /** Of a model, with the settings that each method names. */
  public static <D extends @Nullable Object> RandomWalk<D> of(Program<D> model) {
    Settings settings = new Settings();
    settings.warmup = ITERATIONS;
    settings.draws = ITERATIONS;
    settings.metric = Metric.DENSE;
    return new RandomWalk<>(model, settings);
  }

  @Override
  RandomWalk<D> with(Settings changed) {
    return new RandomWalk<>(model, changed);
  }

  @Override
  String name() {
    return "random walk";
  }

  @Override
  boolean followsGradient() {
    return false;
  }

  @Override
  Function<ChainTarget, TransitionKernel> kernels(Problem<D> problem) {
    int size = problem.density().size();
    double usual = size == 1 ? BEST_OF_ONE : BEST_OF_MANY;
    double scale = BEST_SCALE / Math.sqrt(size);
    return target -> {
      Leapfrog leapfrog = new Leapfrog(target);
      return adapted(
          target,
          leapfrog,
          new RandomWalkKernel(leapfrog),
          (state, rng) -> leapfrog.stepSize(scale),
          usual);
    };
  }
}
