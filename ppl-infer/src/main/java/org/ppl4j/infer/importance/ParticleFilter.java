package org.ppl4j.infer.importance;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;

/**
 * The bootstrap particle filter of a state-space model: particles that follow the model from one
 * time to the next, are weighed by what is observed, and chosen by their weights when few carry
 * most. They become weighted draws of the states given the observations, and estimate the evidence.
 *
 * <pre>{@code
 * ParticleFilter<NDArray> filter =
 *     ParticleFilter.of(
 *         (p, y) -> {
 *           NDArray level = p.sample("level", Normal.of(0, 1));
 *           p.observe("y", Normal.of(level, 0.5), y);
 *         },
 *         (p, before, y) -> {
 *           NDArray level = p.sample("level", Normal.of(before.get("level").mul(0.9), 0.3));
 *           p.observe("y", Normal.of(level, 0.5), y);
 *         });
 * try (FilterRun run = filter.run(observations)) {
 *   System.out.println(run); // log evidence with an error, warnings
 * }
 * }</pre>
 *
 * <p>States are the latent sites, discrete ones too, and what is worked out of them; all particles
 * are one execution of the step, with a dim of their own on the left. A site that the first time
 * draws and the steps do not stays as it was drawn, and is chosen with its particle.
 *
 * <p>exp of the log evidence has the mean p(observations), whatever the number of particles. Of
 * long series all particles have the same early states, since they descend from few: the states at
 * each time given what was observed until then, {@link FilterRun#means}, do not suffer from it.
 *
 * <p>Cost: one execution by the engine a time, of all particles at once. The seed decides on the
 * bits.
 *
 * <p>Immutable: each method makes a new setting.
 *
 * <p>Source: Gordon, Salmond and Smith, "Novel approach to nonlinear/non-Gaussian Bayesian state
 * estimation" (1993); as Pyro's {@code SMCFilter}.
 *
 * @param <Y> what is observed at a time
 */
public final class ParticleFilter<Y extends @Nullable Object> {

  /** Particles are resampled when they are worth less than this share of them. */
  private static final double LEAST_SHARE = 0.5;

  private static final int PARTICLES = 1000;

  private final Program<Y> first;
  private final Step<Y> step;
  private final int particles;
  private final Progress progress;
  private final @Nullable ParamStore params;
  private final @Nullable RunConfig config;

  /**
   * From one time to the next.
   *
   * @param <Y> what is observed at a time
   */
  @FunctionalInterface
  public interface Step<Y extends @Nullable Object> {

    /**
     * Draws the states of a time and observes it.
     *
     * @param before the states of the time before
     * @param seen what is observed now
     */
    void run(Ppl p, States before, Y seen);
  }

  private ParticleFilter(
      Program<Y> first,
      Step<Y> step,
      int particles,
      Progress progress,
      @Nullable ParamStore params,
      @Nullable RunConfig config) {
    this.first = requireNonNull(first, "first");
    this.step = requireNonNull(step, "step");
    this.particles = particles;
    this.progress = progress;
    this.params = params;
    this.config = config;
  }

  /**
   * Of a model.
   *
   * @param first draws the states of the first time, and observes it
   * @param step does so at each later time, given the states before
   */
  public static <Y extends @Nullable Object> ParticleFilter<Y> of(Program<Y> first, Step<Y> step) {
    return new ParticleFilter<>(first, step, PARTICLES, Progress.console(), null, null);
  }

  /**
   * N, how many particles; 1,000 unless set.
   *
   * @throws IllegalArgumentException if it is less than 2
   */
  public ParticleFilter<Y> particles(int particles) {
    checkArgument(
        particles >= 2, "particle filter has %s particles, but needs at least 2", particles);
    return new ParticleFilter<>(first, step, particles, progress, params, config);
  }

  /** Where it shows how far it is; {@link Progress#console()} unless set. */
  public ParticleFilter<Y> progress(Progress progress) {
    requireNonNull(progress, "progress");
    return new ParticleFilter<>(first, step, particles, progress, params, config);
  }

  /** Where the model's parameters are, which are held; in a store of its own unless set. */
  public ParticleFilter<Y> params(ParamStore params) {
    requireNonNull(params, "params");
    return new ParticleFilter<>(first, step, particles, progress, params, config);
  }

  /** Seed and float type; those of the store, or else the defaults, unless set. */
  public ParticleFilter<Y> config(RunConfig config) {
    requireNonNull(config, "config");
    return new ParticleFilter<>(first, step, particles, progress, params, config);
  }

  /**
   * Goes through observations.
   *
   * @param observations one for each time, at least one
   * @throws IllegalArgumentException if there is none, or a weight is no number
   * @throws IllegalStateException if no particle has a weight, or a later step draws what the first
   *     two times do not
   * @throws InterruptionException if the thread is interrupted; nothing is kept
   */
  @MustBeClosed
  public FilterRun run(List<? extends Y> observations) {
    checkArgument(
        !observations.isEmpty(), "particle filter has no observations; pass one for each time");
    RunConfig chosen = runConfig();
    try (RunStore store = RunStore.of(params, chosen)) {
      return new Filter(store.params(), chosen).run(observations);
    }
  }

  private RunConfig runConfig() {
    return ParamStore.chosen(config, params);
  }

  /** One way through observations. */
  private final class Filter {

    private final ParamStore store;
    private final RunConfig settings;
    private final ParticleWeights weights = new ParticleWeights(particles);
    private final ParticlePaths paths = new ParticlePaths(particles);
    private final ImmutableDoubleArray.Builder sizes = ImmutableDoubleArray.builder();
    private final Map<String, ParticleSite> states = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>(); // of one particle
    private ImmutableSet<String> moving = ImmutableSet.of(); // drawn at each time
    private int nesting;

    Filter(ParamStore store, RunConfig settings) {
      this.store = store;
      this.settings = settings;
    }

    @MustBeClosed
    @SuppressWarnings("MustBeClosedChecker") // of the paths, by the run
    FilterRun run(List<? extends Y> observations) {
      look(observations);
      Progress.Line line = progress.start("particle filter", observations.size());
      int time = 0;
      try {
        for (Y seen : observations) {
          if (Thread.currentThread().isInterrupted()) {
            throw new InterruptionException(
                "particle filter was interrupted at time %s of %s"
                    .formatted(time, observations.size()),
                null);
          }
          if (time > 0 && weights.effectiveSize() < LEAST_SHARE * particles) {
            resample(time);
          }
          move(time, seen);
          line.update(++time);
        }
      } finally {
        line.end(time);
      }
      ImmutableDoubleArray effective = sizes.build();
      List<String> warnings =
          FilterRun.warnings(weights, effective, weights.rounding(settings.floatType()));
      Samples samples = paths.samples(settings, states, weights.logWeights(), warnings);
      return new FilterRun(
          samples, paths.moments(), effective, weights.logEvidence(), weights.standardError());
    }

    /** One particle alone shows the shapes of sites, and how many dims plates own. */
    private void look(List<? extends Y> observations) {
      ImmutableMap<String, ParticleSite> alone = ImmutableMap.of();
      for (int time = 0; time < Math.min(2, observations.size()); time++) {
        try (BoundData<Y> bound = BoundData.of(observations.get(time), settings);
            Run run = Run.open(settings, 0)) {
          ImmutableMap<String, ParticleSite> before = alone;
          int at = time;
          Trace trace = run.withoutGradients(() -> execution(run, at, bound.in(run), before, 0));
          nesting = Math.max(nesting, trace.plateNesting());
          ImmutableMap.Builder<String, ParticleSite> drawn = ImmutableMap.builder();
          for (SampleSite site : trace.sites()) {
            if (Draws.isOfPosterior(site)) {
              String name = site.name();
              Shape one = site.value().getShape();
              checkState(
                  at == 0 || one.equals(shapes.get(name)),
                  "site '%s' has shape %s at the second time, but %s at the first; draw what steps"
                      + " draw at the first time too",
                  name,
                  one,
                  shapes.containsKey(name) ? shapes.get(name) : "none");
              shapes.put(name, one);
              drawn.put(name, ParticleSite.of(site.value(), one));
            }
          }
          alone = drawn.buildOrThrow();
          moving = alone.keySet();
        }
      }
    }

    private void resample(int time) {
      int[] chosen =
          weights.resample(Rng.of(settings.seed(), Rng.Purpose.CHAIN, time, "resampling"));
      states.replaceAll((name, site) -> site.take(chosen));
      paths.choose(chosen);
    }

    private void move(int time, Y seen) {
      // Later times do what the second does, which is checked.
      RunConfig checked = time < 2 ? settings : settings.withValidation(Validation.OFF);
      try (BoundData<Y> bound = BoundData.of(seen, settings);
          Run run = Run.open(checked, time + 1)) {
        weights.add(run.withoutGradients(() -> moved(run, time, bound.in(run))));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(at(time, e), e);
      } catch (IllegalStateException e) {
        throw new IllegalStateException(at(time, e), e);
      }
      sizes.add(weights.effectiveSize());
      paths.weigh(states, weights.shares());
    }

    private static String at(int time, RuntimeException e) {
      return "at time " + (time + 1) + ": " + e.getMessage();
    }

    /** The log factors of the weights. */
    private double[] moved(Run run, int time, Y seen) {
      Trace trace = execution(run, time, seen, ImmutableMap.copyOf(states), particles);
      Map<String, ParticleSite> drawn = new LinkedHashMap<>();
      Trace.Builder observed = Trace.builder();
      for (SampleSite site : trace.sites()) {
        if (Draws.isOfPosterior(site)) {
          Shape one = requireNonNull(shapes.getOrDefault(site.name(), site.value().getShape()));
          drawn.put(site.name(), ParticleSite.of(site.value(), one));
        } else if (site.isObserved() || site.kind() == SampleSite.Kind.FACTOR) {
          observed.add(site);
        }
      }
      checkState(
          time == 0 || drawn.keySet().equals(moving),
          "sites %s are drawn, but %s at the second time; draw the same in each step",
          drawn.keySet(),
          moving);
      states.putAll(drawn);
      paths.add(drawn);
      double[] factors = Tensors.values(observed.build().logJoints(-nesting - 1));
      double[] each = new double[particles];
      Arrays.setAll(each, i -> factors[factors.length == 1 ? 0 : i]);
      return each;
    }

    /** Of {@code count} particles; of one alone, without a dim for it, if it is 0. */
    private Trace execution(
        Run run, int time, Y seen, ImmutableMap<String, ParticleSite> before, int count) {
      Program<Y> program =
          time == 0 ? first : (p, y) -> step.run(p, new States(run, before, count > 0), y);
      return Execution.record(
          run,
          store,
          Rng.Purpose.PREDICT,
          program,
          seen,
          Draws.around(count, nesting, new AllRows()));
    }
  }

  /** How many particles. */
  @Override
  public String toString() {
    return "particle filter of " + particles + " particles";
  }
}
