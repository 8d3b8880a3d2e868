package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Maps;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.ppl4j.Handler;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.Particles;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.table.Shapes;

/** Executes a program for many draws at once and collects its sites as {@link Samples}. */
public final class Draws {

  /** So many numbers the operations of one run may hold: beyond, they leave a processor's cache. */
  private static final long MAX_NUMBERS = 2_000_000;

  private Draws() {}

  /**
   * One execution: of draws {@code from} to {@code from + count} along a dim left of all plates, or
   * of draw 0 alone and without such a dim if {@code count} is 0.
   */
  @FunctionalInterface
  public interface Executed {

    /** Executes the program in a run. */
    Trace record(Run run, int from, int count, int nesting);
  }

  /** Whether a site is one of a posterior: latent, or worked out of latent ones. */
  public static boolean isOfPosterior(SampleSite site) {
    return (site.isLatent() && !site.isAuxiliary()) || site.kind() == SampleSite.Kind.DETERMINISTIC;
  }

  /** Handlers around an execution of {@code count} draws. */
  public static Handler[] around(int count, int nesting, Handler... inner) {
    if (count == 0) {
      return inner;
    }
    Handler[] all = Arrays.copyOf(inner, inner.length + 1);
    all[inner.length] = new Particles(count, nesting);
    return all;
  }

  /**
   * Draws of the sites that are wanted.
   *
   * <p>A first execution without particles, at counter 0, gives each site's shape and the plates;
   * the runs with particles have counters 1, 2, …
   */
  public static Samples collect(
      RunConfig config, int draws, Executed program, Predicate<SampleSite> wanted) {
    Map<String, Shape> shapes = Maps.newLinkedHashMap();
    int nesting;
    try (Run run = Run.open(config, 0)) {
      Trace trace = run.withoutGradients(() -> program.record(run, 0, 0, 0));
      nesting = trace.plateNesting();
      for (SampleSite site : trace.sites()) {
        if (wanted.test(site)) {
          shapes.put(site.name(), site.value().getShape());
        }
      }
    }
    int batch = batchSize(draws, numbers(config, program));
    NDManager manager = NDManager.newBaseManager(config.device());
    ListMultimap<String, NDArray> pieces = LinkedListMultimap.create();
    for (int from = 0, counter = 1; from < draws; from += batch, counter++) {
      int start = from;
      int count = Math.min(batch, draws - from);
      try (Run run = Run.open(config, counter)) {
        Trace trace = run.withoutGradients(() -> program.record(run, start, count, nesting));
        shapes.forEach(
            (name, shape) ->
                pieces.put(
                    name, Tensors.copy(rows(run, trace.value(name), count, shape), manager)));
      }
    }
    return Samples.of(manager, join(config, manager, pieces));
  }

  /**
   * The numbers that the operations of one draw hold. Without checks of first runs, and not in the
   * first execution, so that it is the same each time.
   */
  public static long numbers(RunConfig config, Executed program) {
    try (Run run = Run.open(config.withValidation(Validation.OFF), 0)) {
      Trace trace = run.withoutGradients(() -> program.record(run, 0, 0, 0));
      return trace.sites().isEmpty() ? 0 : run.numbers();
    }
  }

  /**
   * How many draws one run makes.
   *
   * @param numbers the numbers that one draw takes
   */
  public static int batchSize(int draws, long numbers) {
    return (int) Math.max(1, Math.min(draws, MAX_NUMBERS / Math.max(1, numbers)));
  }

  /** A value that holds {@code count} particles, as {@code (count, shape)}. */
  public static NDArray rows(Run run, NDArray value, int count, Shape shape) {
    Shape wanted = Shapes.concat(new Shape(count), shape);
    NDArray bound = run.bind(value);
    return bound.getShape().size() == wanted.size()
        ? Tensors.reshape(bound, wanted)
        : Tensors.reshape(bound, shape).broadcast(wanted);
  }

  private static Map<String, NDArray> join(
      RunConfig config, NDManager manager, ListMultimap<String, NDArray> pieces) {
    Map<String, NDArray> joined = Maps.newLinkedHashMap();
    try (Run run = Run.open(config, 0)) {
      for (String name : pieces.keySet()) {
        List<NDArray> list = pieces.get(name);
        joined.put(
            name,
            list.size() == 1
                ? list.get(0)
                : Tensors.copy(Tensors.concat(list.stream().map(run::bind).toList(), 0), manager));
      }
    }
    return joined;
  }
}
