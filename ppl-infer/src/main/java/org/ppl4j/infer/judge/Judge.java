package org.ppl4j.infer.judge;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ObjectArrays;
import com.google.common.collect.Sets;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.Exploration;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.approximation.Variables;
import org.ppl4j.infer.internal.Reason;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.MissedModes;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.mcmc.Pilot;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/**
 * Chains that leave an approximation, and say of each number that it reports how far its mean and
 * standard deviation are off. Half of them begin at its own draws, half where independent searches
 * from prior draws and from near 0 ended, so that a mode which it has missed is seen if a search
 * met it. They are short, and as long as it takes to tell where that is affordable; what they
 * cannot tell they say, with how many times the draws it would take.
 *
 * @param <D> the data of the model
 */
public final class Judge<D extends @Nullable Object> {

  private static final int OWN = 4;
  private static final int SEARCHED = 4;
  private static final int WARMUP = 300;
  private static final int DRAWS = 300;

  /** Chains that are expected to take more gradients are not run. */
  private static final long AFFORDABLE = 500_000;

  /** Nor such whose draws have more numbers. */
  private static final long LARGEST_DRAWS = 10_000_000;

  private static final int MAX_DEPTH = 8;
  private static final int BOUND_DRAWS = 5;
  private static final int DRAWS_OF_PATH = 50;

  /** More numbers are not judged. */
  private static final int LARGEST = 1000;

  /** Above this R-hat chains are in different places, rather than short. */
  private static final double APART = 1.5;

  private final Program<D> model;
  private final ParamStore params;
  private final RunConfig config;
  private final Progress progress;

  private Judge(Program<D> model, ParamStore params, RunConfig config, Progress progress) {
    this.model = model;
    this.params = params;
    this.config = config;
    this.progress = progress;
  }

  /**
   * Of a model.
   *
   * @param params with the model's parameters, if it has any, which are held
   */
  public static <D extends @Nullable Object> Judge<D> of(
      Program<D> model, ParamStore params, RunConfig config) {
    return new Judge<>(model, params, config, Progress.silent());
  }

  /** With a display of searches and chains; {@link Progress#silent()} unless set. */
  public Judge<D> progress(Progress progress) {
    return new Judge<>(model, params, config, requireNonNull(progress, "progress"));
  }

  /**
   * What chains say of a posterior that was found for a model, as by {@code
   * Laplace.of(model).run(data)}: of its first 4,000 draws.
   *
   * @param data those that it was found for
   */
  public static <D extends @Nullable Object> Judgement of(
      Program<D> model, Posterior<D> found, D data) {
    try (Samples draws = found.posterior(data, InferenceRun.JUDGED_DRAWS)) {
      return of(model, found.params(), found.config()).judge(data, draws);
    }
  }

  /**
   * What chains say of draws; unknown, with the reason, where there can be no chains, as of
   * discrete latent sites, of more than 1,000 numbers, or of plates of which the data hold some
   * rows only.
   *
   * @param draws that count alike, of the model's latent and deterministic sites
   */
  public Judgement judge(D data, Samples draws) {
    return judged(data, density -> told(data, draws, density));
  }

  /** The same of draws that are made only where they can be judged, and closed then. */
  public Judgement judge(D data, Supplier<Samples> draws) {
    return judged(
        data,
        density -> {
          try (Samples made = draws.get()) {
            return told(data, made, density);
          }
        });
  }

  private Judgement judged(D data, Function<LogDensity<D>, Judgement> told) {
    try (LogDensity<D> density =
        LogDensity.of(model, data, params, settings(), Initializer.uniform())) {
      if (density.size() > LARGEST) {
        return Judgement.unknown(
            String.format(
                Locale.ROOT,
                "the model has %,d latent numbers, and of more than %,d chains take long",
                density.size(),
                LARGEST));
      }
      return told.apply(density);
    } catch (InterruptionException e) {
      return Judgement.unknown("it was interrupted");
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Judgement.unknown(Reason.of(e));
    }
  }

  private RunConfig settings() {
    return config.withFloatType(FloatType.FLOAT64);
  }

  private Judgement told(D data, Samples draws, LogDensity<D> density) {
    RunConfig settings = settings();
    int count = Math.toIntExact(draws.draws());
    int[] spaced = IntStream.range(0, OWN).map(i -> (2 * i + 1) * count / (2 * OWN)).toArray();
    try (Samples some = draws.take(spaced);
        Exploration<D> found = explore(data, settings)) {
      Variables<D> nearest = Pilot.choose(found, settings.seed(), threads()).variables();
      Optional<PathfinderPosterior<D>> searches = nearest.found();
      boolean isLost = found.tried().get(0).found().isEmpty(); // own draws have no other vectors
      double[][] own = rows(density.vectors(some));
      Optional<String> tails = PowerTails.doubt(density, own[0], draws);
      Judgement told;
      if (searches.isEmpty() || isLost) {
        told = told(data, draws, settings, model, own);
      } else {
        double[][] searched = searches.get().starts(SEARCHED);
        double[][] starts =
            ObjectArrays.concat(rows(found.vectors(nearest, some)), searched, double[].class);
        told = told(data, draws, settings, nearest.program(), starts);
        double[] vectors = found.vectors(nearest, draws);
        for (String missed :
            MissedModes.of(nearest, draws, 1, vectors, settings.seed()).warnings()) {
          told = told.doubted(missed);
        }
      }
      return tails.isPresent() ? told.doubted(tails.get()) : told;
    }
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static double[][] rows(double[] vectors) {
    int size = vectors.length / OWN;
    return IntStream.range(0, OWN)
        .mapToObj(i -> Arrays.copyOfRange(vectors, i * size, (i + 1) * size))
        .toArray(double[][]::new);
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private Exploration<D> explore(D data, RunConfig settings) {
    return Pathfinder.of(model)
        .progress(progress)
        .params(params)
        .config(settings)
        .boundDraws(BOUND_DRAWS)
        .drawsOfPath(DRAWS_OF_PATH)
        .explore(data);
  }

  /** What chains say that begin at these vectors of a program. */
  private Judgement told(
      D data, Samples draws, RunConfig settings, Program<D> program, double[][] starts) {
    Nuts<D> nuts =
        Nuts.of(program)
            .chains(starts.length)
            .startAt(starts)
            .warmup(WARMUP)
            .maxDepth(MAX_DEPTH)
            .progress(progress)
            .params(params)
            .config(settings);
    int length = DRAWS;
    while (true) {
      try (McmcRun<D> all = nuts.draws(length).run(data);
          McmcRun<D> run = all.only(shared(draws, all.samples()))) {
        Judgement judgement = Judgement.of(draws, run.samples(), doubts(run.summary()));
        double times = Math.ceil(judgement.drawsToTell());
        double numbers = times * length * starts.length * judgement.rows().size();
        boolean pays =
            times > 1
                && judgement.doubts().isEmpty()
                && times * run.report().gradients() <= AFFORDABLE
                && numbers <= LARGEST_DRAWS;
        if (!pays) {
          return judgement;
        }
        length = Math.toIntExact(Math.round(times * length));
      }
    }
  }

  /** The sites that both have: in other variables there are more. */
  private static ImmutableSet<String> shared(Samples draws, Samples chains) {
    return Sets.intersection(chains.names(), draws.names()).immutableCopy();
  }

  private static List<String> doubts(Summary summary) {
    return summary.rows().entrySet().stream()
        .filter(row -> row.getValue().rhat() > APART)
        .max(Comparator.comparingDouble(row -> row.getValue().rhat()))
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "chains from its draws and from searches disagree, most of '%s' (R-hat"
                        + " %.2f): the posterior has several modes, or chains find these variables"
                        + " hard; ask Inference.of(model)",
                    row.getKey(),
                    row.getValue().rhat()))
        .stream()
        .toList();
  }
}
