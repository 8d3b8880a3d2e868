package org.ppl4j.infer.mcmc;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.Exploration;
import org.ppl4j.infer.approximation.Variables;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Rng;

/**
 * Short chains that begin where searches ended, in the variables that these find the nearest to
 * normal: their draws are where the mass is, and show what no search for a mode does.
 */
public final class Pilot {

  private static final int CHAINS = 4;
  private static final Chain.Length LENGTH = new Chain.Length(100, 50);
  private static final int MAX_DEPTH = 7;

  private Pilot() {}

  /**
   * The variables that are the nearest by all that is known.
   *
   * @param gradients that were computed
   */
  public record Choice<D extends @Nullable Object>(Variables<D> variables, long gradients) {}

  /**
   * Chooses; runs nothing where searches leave no choice.
   *
   * @param seed of the chains
   * @param threads how many run at once
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  public static <D extends @Nullable Object> Choice<D> choose(
      Exploration<D> found, long seed, int threads) {
    Variables<D> first = found.nearest();
    if (!found.isOpen()) {
      return new Choice<>(first, 0);
    }
    List<Chain> chains =
        IntStream.range(0, CHAINS).mapToObj(number -> chain(first, seed, number)).toList();
    boolean isInterrupted =
        ChainThreads.run(
            chains, threads, () -> false, Progress.silent().start("pilot", LENGTH.iterations()));
    if (isInterrupted) {
      throw Kept.interrupted(null);
    }
    long gradients = chains.stream().mapToLong(chain -> chain.report().gradients()).sum();
    if (chains.stream().allMatch(chain -> chain.failure() != null)) {
      return new Choice<>(first, gradients);
    }
    try (Samples draws = first.density().samples(Kept.of(chains, Optional.empty()).vectors())) {
      return new Choice<>(found.nearest(draws), gradients);
    }
  }

  private static Chain chain(Variables<?> variables, long seed, int number) {
    return chain(variables.density(), LENGTH, variables.start(number), seed, number);
  }

  /**
   * A chain of short trajectories.
   *
   * @param number counted from 0
   */
  static Chain chain(
      LogDensity<?> density, Chain.Length length, double[] start, long seed, int number) {
    return new Chain(
        number + 1,
        length,
        density::evaluateOrNaN,
        Pilot::kernel,
        Rng.of(seed, Rng.Purpose.CHAIN, number, "pilot"),
        start,
        Collections.emptyIterator());
  }

  private static TransitionKernel kernel(ChainTarget target) {
    Leapfrog leapfrog = new Leapfrog(target);
    return new AdaptedKernel(
        new NutsKernel(leapfrog, MAX_DEPTH),
        new FisherWarmup(
            target.warmup(), leapfrog, new StepSizeSearch(leapfrog)::run, Mcmc.STANS_ACCEPTANCE));
  }
}
