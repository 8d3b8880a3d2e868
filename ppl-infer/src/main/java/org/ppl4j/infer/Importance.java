package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.Iterables;
import com.google.common.collect.Streams;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Bound;
import org.ppl4j.Execution;
import org.ppl4j.ParamStore;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Replay;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;

/**
 * A guide with its model and data, for many draws at once: the draws, and their importance weights
 * log p(x, z) − log q(z). All rows are seen of a plate whose rows the library would draw.
 */
record Importance<D extends @Nullable Object>(
    RunConfig config, ParamStore params, Program<D> model, Program<D> guide, Bound<D> data) {

  /** A report wants so many weights, and at least so many where draws are large. */
  private static final int WANTED = 1000;

  private static final int LEAST = 100;

  /** The numbers that all draws for a report may take together, operation by operation. */
  private static final long MOST_NUMBERS = 1_000_000_000;

  /** The guide's draws, and the model under them. */
  record Pair(Trace guide, Trace model) {}

  /**
   * What one draw looks like.
   *
   * @param nesting how many dims the plates own
   * @param obstacle why draws have no weights; empty if they have
   */
  private record Look(int nesting, String obstacle) {}

  /** {@code count} draws, or one without a dim for them if it is 0. */
  Pair draw(Run run, int count, int nesting) {
    D inRun = data.in(run);
    Trace drawn =
        Execution.record(
            run,
            params,
            Rng.Purpose.PREDICT,
            guide,
            inRun,
            Draws.around(count, nesting, new AllRows()));
    Trace scored =
        Execution.record(
            run,
            params,
            Rng.Purpose.PREDICT,
            model,
            inRun,
            Draws.around(count, nesting, new Replay(drawn), new AllRows()));
    return new Pair(drawn, scored);
  }

  private Look look() {
    try (Run run = Run.open(config, 0)) {
      return run.withoutGradients(
          () -> {
            Pair pair = draw(run, 0, 0);
            int nesting = Math.max(pair.guide().plateNesting(), pair.model().plateNesting());
            return new Look(nesting, obstacle(pair));
          });
    }
  }

  private long numbers() {
    return Draws.numbers(config, (run, from, count, nesting) -> draw(run, count, nesting).model());
  }

  private static String obstacle(Pair pair) {
    boolean noDensity =
        Streams.stream(pair.guide().latents())
            .allMatch(site -> site.distribution().name().equals("Delta"));
    if (noDensity) {
      return "the guide draws nothing that has a density";
    }
    for (Plate plate : Iterables.concat(pair.guide().plates(), pair.model().plates())) {
      if (plate.batch() < plate.size()) {
        return "plate '%s' sees %s of %s rows, but weights need all"
            .formatted(plate.name(), plate.batch(), plate.size());
      }
    }
    return "";
  }

  /**
   * The log weight of each draw, in the order of {@link Draws#ofGuide}.
   *
   * @throws IllegalArgumentException if the guide has no density, or some rows are not seen
   */
  double[] logWeights(int draws) {
    Look look = look();
    checkArgument(
        look.obstacle().isEmpty(), "draws of the guide have no weights: %s", look.obstacle());
    return logWeights(draws, look);
  }

  private double[] logWeights(int draws, Look look) {
    double[] all = new double[draws];
    int most = Draws.most(draws, numbers());
    int dim = -look.nesting() - 1;
    for (int from = 0, counter = 1; from < draws; from += most, counter++) {
      int count = Math.min(most, draws - from);
      try (Run run = Run.open(config, counter)) {
        double[] some =
            run.withoutGradients(
                () -> {
                  Pair pair = draw(run, count, look.nesting());
                  NDArray weights = pair.model().logJoints(dim).sub(pair.guide().logJoints(dim));
                  return Tensors.values(weights);
                });
        System.arraycopy(some, 0, all, from, count);
      }
    }
    return all;
  }

  /**
   * For the report of a fit: from 1,000 draws, fewer if they are large. Whatever goes wrong is said
   * there; a fit of hours must not end without its report.
   */
  Khat khat() {
    try {
      return unchecked().khatOrThrow();
    } catch (RuntimeException e) {
      return Khat.unknown(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  /** Without checks of first runs, so that a later run makes them. */
  private Importance<D> unchecked() {
    return new Importance<>(config.withValidation(Validation.OFF), params, model, guide, data);
  }

  private Khat khatOrThrow() {
    Look look = look();
    int draws = (int) Math.min(WANTED, MOST_NUMBERS / Math.max(1, numbers()));
    if (!look.obstacle().isEmpty()) {
      return Khat.unknown(look.obstacle());
    }
    return draws < LEAST
        ? Khat.unknown("a draw takes long; svi.logWeights(data, draws) gives weights for it")
        : Khat.of(SmoothedWeights.of(logWeights(draws, look)));
  }
}
