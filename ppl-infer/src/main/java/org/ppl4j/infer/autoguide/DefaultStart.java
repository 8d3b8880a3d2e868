package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Program;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.Start;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * Where a joint guide starts if it is told nothing: at the normal distribution that {@link
 * Pathfinder} finds, so that neither the units of the data nor the place of the mass matter.
 *
 * <p>There is none for a model with parameters of its own, which would move it; with sites of which
 * a step sees some rows only; or with more than {@value #LARGEST} numbers, whose paths take long.
 */
final class DefaultStart {

  private static final int LARGEST = 1000;

  private DefaultStart() {}

  /**
   * It; empty where none is looked for.
   *
   * @throws IllegalArgumentException if the model has no density anywhere near, or something is
   *     wrong with it, which the guide's first execution says better
   * @throws IllegalStateException as {@link Pathfinder#normal}
   */
  static <D extends @Nullable Object> Optional<NormalApproximation> of(
      Program<D> model, BoundData<D> data, RunConfig config) {
    return isSuitable(model, data, config)
        ? Optional.of(pathfinder(model, config).normal(data.value()))
        : Optional.empty();
  }

  /**
   * Two paths with few draws for each bound: a start need not be the best. A path without an end,
   * as that of a density without a mode, takes as long as some thousands of steps. It is the same
   * whether these are recorded or not.
   */
  private static <D extends @Nullable Object> Pathfinder<D> pathfinder(
      Program<D> model, RunConfig config) {
    return Pathfinder.of(model)
        .config(config.withRecording(Recording.WHERE_POSSIBLE))
        .initializer(Initializer.uniform())
        .paths(2)
        .boundDraws(5);
  }

  private static <D extends @Nullable Object> boolean isSuitable(
      Program<D> model, BoundData<D> data, RunConfig config) {
    try (NDManager manager = NDManager.newBaseManager(config.device());
        ParamStore params = new ParamStore(manager, config);
        Run run = Run.open(config, 0)) {
      run.cutLongScans();
      Start start = Start.of(run, params, model, data.in(run), Initializer.uniform());
      LatentSpace space = start.space("pathfinder", Set.of());
      return start.trace().params().isEmpty()
          && space.local().isEmpty()
          && !space.isEmpty()
          && space.size() <= LARGEST;
    }
  }
}
