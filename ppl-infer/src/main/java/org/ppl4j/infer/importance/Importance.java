package org.ppl4j.infer.importance;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableMap.toImmutableMap;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import com.google.common.collect.ObjectArrays;
import com.google.common.collect.Streams;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.ModelGuide;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.internal.NonFinite;
import org.ppl4j.infer.internal.Reason;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;

/**
 * A guide with its model and data, for many draws at once: the draws, and their importance weights
 * log p(x, z) − log q(z). All rows are seen of a plate whose rows the library would draw.
 *
 * @param isGuideMade whether the guide was made from the model, and so holds many draws
 */
public record Importance<D extends @Nullable Object>(
    RunConfig config,
    ParamStore params,
    Program<D> model,
    Program<D> guide,
    BoundData<D> data,
    boolean isGuideMade) {

  /** A report wants so many weights, and at least so many where draws are large. */
  private static final int WANTED = 1000;

  private static final int MIN = 100;

  /** Parameters are compared by so many draws, and at least so many where draws are large. */
  private static final int COMPARED = 100;

  private static final int MIN_COMPARED = 10;

  /** The numbers that all draws for a report may take together, operation by operation. */
  private static final long MAX_NUMBERS = 1_000_000_000;

  /** Log weights that differ by less than so many roundings of a log density are the same. */
  private static final double ROUNDINGS = 100;

  /** The guide's draws, and the model under them. */
  private record Pair(Trace guide, Trace model) {

    static Pair of(List<Trace> traces) {
      return new Pair(traces.get(0), traces.get(1));
    }
  }

  /**
   * What one draw looks like.
   *
   * @param shapes of the latent sites
   * @param obstacle why draws have no weights; empty if they have
   */
  private record Look(ImmutableMap<String, Shape> shapes, String obstacle) {}

  /**
   * Log weights of draws.
   *
   * @param rounding of the log joints of draws
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Weighed(double[] logWeights, WeightRounding rounding, Shift shift) {}

  /** Guide and model, whose discrete sites are summed out if the guide does not draw them. */
  private List<Trace> scored(Draws.Batch batch) {
    if (batch.isGiven() && isGuideMade) {
      return List.of(record(batch, model, new SumOut()));
    }
    Trace drawn = record(batch, guide);
    Trace scored = record(batch, model, new Replay(drawn), new SumOut());
    ModelGuide.check(scored, drawn);
    return List.of(drawn, scored);
  }

  /** The same with draws of those sites. */
  private List<Trace> drawn(Draws.Batch batch) {
    List<Trace> scored = scored(batch);
    Trace first = scored.get(0);
    Trace last = scored.get(scored.size() - 1);
    Trace drawn =
        Draws.drawnBack(
            batch.run(),
            last,
            given ->
                first == last
                    ? record(batch, model, given)
                    : record(batch, model, new Replay(first), given));
    return first == last ? List.of(drawn) : List.of(first, drawn);
  }

  private Trace record(Draws.Batch batch, Program<D> program, Handler... inner) {
    return Execution.record(
        batch.run(),
        params,
        Rng.Purpose.PREDICT,
        program,
        data.in(batch.run()),
        batch.around(ObjectArrays.concat(inner, new AllRows())));
  }

  private Draws many(int draws) {
    return Draws.of(config, "guide of " + model.name(), draws, this::scored, site -> false);
  }

  /**
   * Draws of the guide, with the model's deterministic sites under them. All executions see the
   * same rows.
   */
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples samples(int draws) {
    return Draws.of(
            config,
            "guide of " + model.name(),
            draws,
            this::drawn,
            this::scored,
            Draws::isOfPosterior)
        .endedByInterrupts()
        .collect(draws);
  }

  /**
   * The same draws with their weights, and the evidence.
   *
   * @throws IllegalArgumentException as {@link #logWeights}
   */
  public ImportanceSamples weighted(int draws) {
    Weighed weighed = weighed(draws);
    SmoothedWeights weights = SmoothedWeights.of(weighed.logWeights());
    Khat khat = Khat.of(weights);
    List<String> warnings = new ArrayList<>();
    if (weighed.rounding().isTooLarge()) {
      warnings.add(weighed.rounding().warning());
    }
    if (khat.isWarning()) {
      warnings.add(khat.toString());
    }
    double error = Math.sqrt(Math.max(0, 1 / weights.effectiveSize() - 1.0 / draws));
    return new ImportanceSamples(
        samples(draws).withLogWeights(weights.logWeights(), warnings),
        khat,
        weights.logMean(),
        error);
  }

  /** Whether a guide has drawn points alone, as for MAP estimates, or nothing. */
  public static boolean isOfPoints(Trace guide) {
    return Streams.stream(guide.latents()).noneMatch(site -> site.distribution().hasDensity());
  }

  private Look look() {
    try (Run run = Run.open(config, 0)) {
      return run.withoutGradients(
          () -> {
            Pair pair = Pair.of(scored(new Draws.Batch(run, 0, 0, 0, null)));
            return new Look(shapes(pair.model()), obstacle(pair));
          });
    }
  }

  private static ImmutableMap<String, Shape> shapes(Trace model) {
    return Streams.stream(model.latents())
        .filter(site -> !site.isAuxiliary() && site.value().getDataType().isFloating())
        .collect(toImmutableMap(SampleSite::name, site -> site.value().getShape()));
  }

  private static String obstacle(Pair pair) {
    if (isOfPoints(pair.guide())) {
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
   * The log weight of each draw, in the order of {@link #samples}.
   *
   * @throws IllegalArgumentException if the guide has no density, some rows are not seen, or a
   *     weight is NaN or infinite
   */
  public double[] logWeights(int draws) {
    return weighed(draws).logWeights();
  }

  private Weighed weighed(int draws) {
    Look look = look();
    checkArgument(
        look.obstacle().isEmpty(), "draws of the guide have no weights: %s", look.obstacle());
    return weigh(draws, many(draws).endedByInterrupts(), look);
  }

  private Weighed weigh(int draws, Draws many, Look look) {
    double[] all = new double[draws];
    List<WeightRounding> roundings = new ArrayList<>();
    Shift.Sums sums = new Shift.Sums(look.shapes());
    many.each(
        draws,
        (batch, traces) -> {
          Pair pair = Pair.of(traces);
          NDArray joints = batch.logJoints(pair.model());
          double[] weights = Tensors.values(joints.sub(batch.logJoints(pair.guide())));
          checkNumbers(pair, weights, batch.from());
          roundings.add(WeightRounding.of(Tensors.values(joints), config.floatType()));
          sums.add(batch.run(), pair.model(), weights);
          System.arraycopy(weights, 0, all, batch.from(), weights.length);
        });
    WeightRounding rounding = roundings.stream().reduce(WeightRounding::or).orElseThrow();
    return new Weighed(all, rounding, sums.shift());
  }

  private static void checkNumbers(Pair pair, double[] weights, int from) {
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "log weight %s is %s, but a weight must be finite: %s"
                .formatted(from + i, weights[i], cause(pair.guide(), pair.model())));
      }
    }
  }

  /** The site of a guide, or of its model, whose log density leaves a weight without a value. */
  private static String cause(Trace guide, Trace model) {
    String infinite = "";
    for (Trace trace : List.of(guide, model)) {
      for (SampleSite site : trace.sites()) {
        Double bad = NonFinite.firstLogProb(site);
        String words =
            "sample site '%s' of the %s has log density %s"
                .formatted(site.name(), trace == guide ? "guide" : "model", bad);
        if (bad.isNaN()) {
          return words;
        }
        infinite = infinite.isEmpty() && bad.isInfinite() ? words : infinite;
      }
    }
    return infinite;
  }

  /**
   * The log weight of each of a few draws, of some rows of a plate too: for parameters that are
   * compared by the same draws. Empty if they fail.
   */
  public double[] few() {
    try {
      Importance<D> unchecked = unchecked();
      Draws many = unchecked.many(COMPARED);
      long affordable = MAX_NUMBERS / 10 / Math.max(1, many.numbers());
      int draws = (int) Math.max(MIN_COMPARED, Math.min(COMPARED, affordable));
      return unchecked.weigh(draws, many, unchecked.look()).logWeights();
    } catch (RuntimeException e) {
      return new double[0];
    }
  }

  /**
   * For the report of a fit: from 1,000 draws, fewer if they are large. Whatever goes wrong is said
   * there; a fit of hours must not end without its report.
   */
  public Assessment assess() {
    try {
      return unchecked().assessOrThrow();
    } catch (InterruptionException e) {
      return Assessment.unknown("the fit was interrupted");
    } catch (RuntimeException e) {
      return Assessment.failed(Reason.of(e));
    }
  }

  /** Without checks of first runs, so that a later run makes them. */
  private Importance<D> unchecked() {
    return new Importance<>(
        config.withValidation(Validation.OFF), params, model, guide, data, isGuideMade);
  }

  private Assessment assessOrThrow() {
    Look look = look();
    Draws many = many(WANTED).endedByInterrupts();
    int draws = (int) Math.min(WANTED, MAX_NUMBERS / Math.max(1, many.numbers()));
    if (!look.obstacle().isEmpty()) {
      return Assessment.unknown(look.obstacle());
    }
    if (draws < MIN) {
      return Assessment.unknown(
          "a draw takes long; svi.logWeights(data, draws) gives weights for it");
    }
    Weighed weighed = weigh(draws, many, look);
    WeightRounding rounding = weighed.rounding();
    return rounding.isTooLarge()
        ? Assessment.failed(rounding.warning())
        : Assessment.of(weighed.logWeights(), ROUNDINGS * rounding.size(), weighed.shift());
  }
}
