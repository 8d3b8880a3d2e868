package org.ppl4j.infer.mcmc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.approximation.Nearness;
import org.ppl4j.infer.approximation.Nearness.Measured;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/**
 * A normal distribution to start at: that of {@link Pathfinder}, and where it is not {@linkplain
 * Nearness near}, as where the numbers of a hierarchy have scales of their own, that of the last
 * draws of a short chain, if this has the greater evidence bound. A chain learns the scales on its
 * way, which a search for a mode does not.
 */
public final class NormalStart {

  private static final int CHAINS = 4;
  private static final Chain.Length LENGTH = new Chain.Length(400, 100);

  private NormalStart() {}

  /**
   * That of a model and data.
   *
   * @param searches of the model, each of which is made where those before fit badly
   * @throws IllegalArgumentException as {@link Pathfinder#run}
   * @throws IllegalStateException if neither searches nor chains find one
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  public static <D extends @Nullable Object> NormalApproximation of(
      Program<D> model, D data, RunConfig config, List<Pathfinder<D>> searches) {
    Measured best = null;
    RuntimeException none = null;
    for (Pathfinder<D> each : searches) {
      try {
        Measured found = each.measured(data);
        best = best == null ? found : best.orBetter(found);
      } catch (InterruptionException e) {
        throw e;
      } catch (IllegalStateException e) { // no path has led anywhere
        none = e;
      }
      if (best != null && best.isNear()) {
        return best.normal();
      }
    }
    Optional<Measured> found = Optional.ofNullable(best);
    Optional<Measured> chain = ofChains(model, data, config, found.map(Measured::normal));
    if (found.isEmpty() && chain.isEmpty() && none != null) {
      throw none;
    }
    return found
        .map(path -> chain.map(path::orBetter).orElse(path))
        .or(() -> chain)
        .orElseThrow()
        .normal();
  }

  /** That of the chain in the heaviest heap; empty if all fail. */
  private static <D extends @Nullable Object> Optional<Measured> ofChains(
      Program<D> model, D data, RunConfig config, Optional<NormalApproximation> found) {
    RunConfig doubles = config.withFloatType(FloatType.FLOAT64);
    try (RunStore store = RunStore.of(null, doubles);
        LogDensity<D> density =
            LogDensity.of(model, data, store.params(), doubles, Initializer.uniform())) {
      return ofChains(density, found, config.seed())
          .map(normal -> Measured.of(density, normal, config.seed()));
    }
  }

  private static Optional<NormalApproximation> ofChains(
      LogDensity<?> density, Optional<NormalApproximation> found, long seed) {
    List<Chain> chains = new ArrayList<>();
    for (int number = 0; number < CHAINS; number++) {
      Initializer other = dispersed(number);
      double[] start =
          number == 0 && found.isPresent() ? found.get().location() : density.start(other);
      chains.add(Pilot.chain(density, LENGTH, start, seed, number));
    }
    boolean isInterrupted =
        ChainThreads.run(
            chains,
            Runtime.getRuntime().availableProcessors(),
            () -> false,
            Progress.silent().start("start", LENGTH.iterations()));
    if (isInterrupted) {
      throw Kept.interrupted(null);
    }
    return chains.stream()
        .filter(chain -> chain.failure() == null && Double.isFinite(chain.logWeight()))
        .max(Comparator.comparingDouble(Chain::logWeight))
        .map(chain -> Visited.of(density, chain.vectors(chain.draws())))
        .filter(Visited::haveScales)
        .map(visited -> visited.scales().around(visited.mean()));
  }

  private static Initializer dispersed(int number) {
    return Initializer.dispersed().withNoise(rng -> rng.split(number));
  }
}
