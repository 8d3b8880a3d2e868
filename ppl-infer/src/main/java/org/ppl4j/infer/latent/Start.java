package org.ppl4j.infer.latent;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ObjectArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.TraceChoices;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * A model executed at an initialiser's values, where its log density in unconstrained space and the
 * gradient of that are finite. Attempts are made until one is (Stan's rule, with its 100 attempts
 * for the default initialiser).
 *
 * @param trace what it did, with all rows of the plates whose rows the library draws
 * @param batches how many rows of those plates a step sees, by name
 */
public record Start(Trace trace, ImmutableMap<String, Long> batches) {

  /**
   * The model at its initial values.
   *
   * @throws IllegalArgumentException if data lie outside of a support that does not move, in the
   *     words of a first run of the model; or if no attempt was good, with what was wrong with the
   *     last in those words, and with what was tried
   * @throws InterruptionException if the thread is interrupted between two attempts
   */
  public static <D extends @Nullable Object> Start of(
      Ppl p, Program<D> model, D data, Initializer initializer) {
    return p.run().withGradients(() -> search(p, model, data, initializer, StartAttempt::density));
  }

  /** The same outside of any execution, in a run. */
  public static <D extends @Nullable Object> Start of(
      Run run, ParamStore params, Program<D> model, D data, Initializer initializer) {
    return look(run, params, data, (p, inRun) -> of(p, model, inRun, initializer));
  }

  /**
   * The same of a model whose density is known, which takes less time.
   *
   * @param density of vectors of its latent space, which fills gradients
   */
  static <D extends @Nullable Object> Start of(
      Run run,
      ParamStore params,
      Program<D> model,
      D data,
      Initializer initializer,
      ToDoubleBiFunction<double[], double[]> density) {
    ToDoubleBiFunction<StartAttempt, Trace> known = (attempt, trace) -> attempt.density(density);
    return look(
        run,
        params,
        data,
        (p, inRun) -> p.run().withoutGradients(() -> search(p, model, inRun, initializer, known)));
  }

  private static <D extends @Nullable Object> Start look(
      Run run, ParamStore params, D data, BiFunction<Ppl, D, Start> search) {
    AtomicReference<@Nullable Start> start = new AtomicReference<>();
    Program<D> look = (p, inRun) -> start.set(search.apply(p, inRun));
    Trace looked = Execution.record(run, params, Rng.Purpose.INITIAL, look, data);
    checkState(looked.sites().isEmpty(), "a start draws where it looks at its model; it must not");
    return requireNonNull(start.get());
  }

  /**
   * The latent sites.
   *
   * @param owner what draws them, for errors, e.g. {@code guide 'AutoNormal'}
   * @param told the plates whose rows the owner is told from the data
   * @throws IllegalArgumentException as {@link LatentSpace#of}
   */
  public LatentSpace space(String owner, Set<String> told) {
    return space(owner, told, site -> true);
  }

  /** The same of those of the sites that are wanted. */
  public LatentSpace space(String owner, Set<String> told, Predicate<SampleSite> wanted) {
    return LatentSpace.of(trace, owner, batches, told, wanted);
  }

  private static <D extends @Nullable Object> Start search(
      Ppl p,
      Program<D> model,
      D data,
      Initializer initializer,
      ToDoubleBiFunction<StartAttempt, Trace> densities) {
    Trace best = null;
    double bestDensity = Double.NEGATIVE_INFINITY;
    Map<String, Long> batches = new HashMap<>();
    int attempts = initializer.attempts();
    StartAttempt last = null;
    RuntimeException fault = null;
    for (int i = 0; i < attempts; i++) {
      if (i > 0) {
        InterruptionException.check("the search for a start", fault);
      }
      StartAttempt attempt = new StartAttempt(p, initializer, i, batches);
      try {
        Trace trace = attempted(p, model, data, attempt);
        double density = densities.applyAsDouble(attempt, trace);
        TraceChoices.of(p.run(), trace)
            .check(given -> record(p, model, data, new Replay(trace), given, new AllRows()));
        if (!initializer.takesBest()) {
          return new Start(trace, ImmutableMap.copyOf(batches));
        }
        if (best == null || density > bestDensity) {
          best = trace;
          bestDensity = density;
        }
      } catch (StartAttempt.Failed | EngineException e) { // of the engine: no Cholesky factor
        last = attempt;
        fault = e;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          explained(initializer, requireNonNull(last), requireNonNull(fault)), fault);
    }
    return new Start(best, ImmutableMap.copyOf(batches));
  }

  /**
   * The model at the values of an attempt. Sites that move in the steps of a scan, where they are
   * outside of their supports then, are started in unconstrained space: where they may be is known
   * when the steps before them are.
   */
  private static <D extends @Nullable Object> Trace attempted(
      Ppl p, Program<D> model, D data, StartAttempt attempt) {
    Trace trace = executed(p, model, data, attempt);
    List<LatentSite> moving = new ArrayList<>();
    for (SampleSite site : trace.latents()) {
      if (attempt.hasFault()
          && LatentSite.moves(site.distribution().support())
          && Placing.scans(site) == 1) {
        moving.add(LatentSite.of(site, ImmutableMap.of(), ImmutableSet.of()));
      }
    }
    if (moving.isEmpty()) {
      return trace;
    }
    attempt.forget();
    Trace placed = executed(p, model, data, attempt, Placing.of(moving));
    Map<String, NDArray> values = new HashMap<>();
    placed.latents().forEach(site -> values.put(site.name(), site.value()));
    for (LatentSite site : moving) {
      values.remove(Placing.free(site.name()));
      values.put(site.name(), placed.value(site.name()));
    }
    return executed(p, model, data, attempt, new Substitute(values));
  }

  private static <D extends @Nullable Object> Trace executed(
      Ppl p, Program<D> model, D data, StartAttempt attempt, Handler... inner) {
    Handler[] outer = {new SumOut(), attempt.handler()};
    return record(p, model, data, ObjectArrays.concat(inner, outer, Handler.class));
  }

  private static <D extends @Nullable Object> Trace record(
      Ppl p, Program<D> model, D data, Handler... handlers) {
    return Execution.record(p.run(), p.params(), Rng.Purpose.INITIAL, model, data, handlers);
  }

  private static String explained(
      Initializer initializer, StartAttempt last, RuntimeException fault) {
    return "%s\nno starting point has a finite log density and gradient: tried %s, %s, the last at %s; start elsewhere (initializer(...)), or look at this site's distribution"
        .formatted(
            fault.getMessage(), initializer, times(initializer.attempts()), values(last.values()));
  }

  private static String times(int attempts) {
    return attempts == 1 ? "once" : attempts + " times";
  }

  private static String values(Map<String, NDArray> sites) {
    return sites.isEmpty()
        ? "no value"
        : sites.entrySet().stream()
            .map(site -> site.getKey() + " = " + brief(Tensors.values(site.getValue())))
            .collect(Collectors.joining(", "));
  }

  private static String brief(double[] values) {
    String few =
        Arrays.stream(values)
            .limit(3)
            .mapToObj(x -> String.format(Locale.ROOT, "%.4g", x))
            .collect(Collectors.joining(" "));
    return values.length > 3 ? few + " … (" + values.length + ")" : few;
  }
}
