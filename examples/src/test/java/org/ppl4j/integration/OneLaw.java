package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * The law over models and methods: a model is taken by every method but those that refuse it for
 * one of its reasons, in the words of the table; and the densities of draws are those of each draw
 * alone.
 */
final class OneLaw {

  /** What solvers of differential equations and rounding leave. */
  private static final double TOLERANCE = 1e-6;

  private final ImmutableSet<EveryMethod> methods;
  private int models;
  private int taken;
  private int refused;
  private int densities;

  /** By these methods. */
  OneLaw(ImmutableSet<EveryMethod> methods) {
    this.methods = methods;
  }

  /** How many models it has judged. */
  int models() {
    return models;
  }

  /** How many times a method has taken a model. */
  int taken() {
    return taken;
  }

  /** How many times one has refused it, with the reason expected. */
  int refused() {
    return refused;
  }

  /** How many densities of draws were those of the draw alone. */
  int densities() {
    return densities;
  }

  /** Checks a model; throws an assertion error with the method that does otherwise. */
  <D extends @Nullable Object> void check(ModelRow<D> row) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      models++;
      D data = row.data().apply(manager);
      Samples draws = draws(row, data, params);
      for (EveryMethod method : methods) {
        Optional<String> refusal = method.refusal(row.model(), data, draws);
        boolean isExpected = row.reasons().stream().anyMatch(reason -> reason.isOf(method));
        assertThat(refusal.isPresent())
            .as("%s by %s: %s", row, method, refusal.orElse("is taken"))
            .isEqualTo(isExpected);
        refusal.ifPresent(
            words ->
                assertThat(row.reasons())
                    .as("%s by %s: %s", row, method, words)
                    .anyMatch(reason -> reason.isOf(method) && reason.isIn(words, method)));
        refused += isExpected ? 1 : 0;
        taken += isExpected ? 0 : 1;
      }
      if (draws != null) {
        checkDensities(row, data, draws, params);
        draws.close();
      }
    }
  }

  /** Of a chain, or of the prior; null if there are none. */
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static <D extends @Nullable Object> @Nullable Samples draws(
      ModelRow<D> row, D data, ParamStore params) {
    try (McmcRun<D> run = EveryMethod.chain(row.model(), data)) {
      return run.samples().take(first());
    } catch (IllegalArgumentException | IllegalStateException refused) {
      try {
        return Predictive.prior(row.model(), params, RunConfig.defaults())
            .draw(data, EveryMethod.DRAWS);
      } catch (IllegalArgumentException | IllegalStateException refusedToo) {
        return null;
      }
    }
  }

  private static int[] first() {
    return IntStream.range(0, EveryMethod.DRAWS).toArray();
  }

  private <D extends @Nullable Object> void checkDensities(
      ModelRow<D> row, D data, Samples draws, ParamStore params) {
    if (row.reasons().stream().anyMatch(reason -> reason.isOf(EveryMethod.DENSITY))) {
      return;
    }
    ModelDensity<D> density = ModelDensity.of(row.model(), params, RunConfig.defaults());
    double[] found = density.logJoints(data, draws);
    double[] alone = new double[found.length];
    for (int i = 0; i < alone.length; i++) {
      try (Samples one = draws.take(i)) {
        alone[i] = density.logJoints(data, one)[0];
      }
    }
    checkAlike(row.name(), found, alone);
    densities += found.length;
  }

  /** Whether numbers of draws at once are those of each alone. */
  static void checkAlike(String name, double[] found, double[] alone) {
    assertThat(found).as(name).hasSameSizeAs(alone);
    for (int i = 0; i < alone.length; i++) {
      assertThat(found[i])
          .as("%s: log density of draw %s", name, i)
          .isCloseTo(alone[i], within(TOLERANCE * Math.max(1, Math.abs(alone[i]))));
    }
  }
}
