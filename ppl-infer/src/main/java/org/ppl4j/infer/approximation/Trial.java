package org.ppl4j.infer.approximation;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.internal.Workers;

/**
 * A model in certain variables while paths are followed there: each is a part of some work, so that
 * several trials may be made side by side. What is wrong with one trial is no matter of the others.
 *
 * @param <D> the data of the model
 */
final class Trial<D extends @Nullable Object> {

  /** Paths that show whether variables are worse by far. */
  private static final int FEW = 4;

  private static final String WORK = "exploration";

  private final ImmutableSet<String> moved;
  private final ImmutableSet<String> reported;
  private final String why;
  private final Program<D> program;
  private final Pathfinder<D> searches;
  private final long began = System.nanoTime();
  private final Path.@Nullable Followed[] followed;
  private final @Nullable RuntimeException[] failures; // of the paths
  private @Nullable RuntimeException failure; // of the model
  private @Nullable Target<D> target;
  private int to;

  /**
   * One by all paths.
   *
   * @param moved the sites that are drawn without their location and scale
   * @param reported the model's own
   * @param why they are tried
   */
  Trial(
      Pathfinder<D> searches,
      ImmutableSet<String> moved,
      ImmutableSet<String> reported,
      String why) {
    this.moved = moved;
    this.reported = reported;
    this.why = why;
    this.program = Variables.program(searches.model(), moved);
    this.searches = searches.inVariablesOf(program);
    this.to = searches.paths();
    this.followed = new Path.Followed[to];
    this.failures = new RuntimeException[to];
  }

  /** Few paths are to be followed, for now. */
  Trial<D> toFew() {
    to = Math.min(FEW, searches.paths());
    return this;
  }

  /** All paths are to be followed that have not been. */
  Trial<D> toAll() {
    to = searches.paths();
    return this;
  }

  /**
   * Makes the log density, if it is not there.
   *
   * @return whether it is
   * @throws InterruptionException if it is stopped
   */
  @SuppressWarnings("MustBeClosedChecker") // by what the trial comes to
  boolean open(D data, BooleanSupplier isStopped) {
    check(isStopped);
    if (target == null && failure == null) {
      try {
        target = searches.open(data, reported);
      } catch (RuntimeException e) { // of the program, where nothing else may ever be
        failure = judged(e, isStopped);
      }
    }
    return target != null;
  }

  /** The paths that are to be followed and have not been; none of a model that failed. */
  List<Workers.Part<Boolean>> paths() {
    Target<D> opened = target;
    return IntStream.range(0, opened == null ? 0 : to)
        .filter(path -> followed[path] == null && failures[path] == null)
        .mapToObj(path -> part(requireNonNull(opened), path))
        .toList();
  }

  private Workers.Part<Boolean> part(Target<D> opened, int path) {
    return isStopped -> {
      check(isStopped);
      try {
        followed[path] = searches.path(opened, path).run(isStopped);
      } catch (RuntimeException e) {
        failures[path] = judged(e, isStopped);
      }
      return failures[path] == null;
    };
  }

  /** Before what takes long, and does not look. */
  private static void check(BooleanSupplier isStopped) {
    if (isStopped.getAsBoolean()) {
      throw InterruptionException.of(WORK, null);
    }
  }

  private static RuntimeException judged(RuntimeException failed, BooleanSupplier isStopped) {
    if (failed instanceof InterruptionException) {
      throw failed;
    }
    if (isStopped.getAsBoolean()) {
      throw InterruptionException.of(WORK, failed);
    }
    return failed;
  }

  /** The greatest evidence lower bound until now; NaN if no path has one. */
  double bound() {
    return Arrays.stream(followed)
        .filter(Objects::nonNull)
        .filter(path -> path.normal().isPresent())
        .mapToDouble(Path.Followed::bound)
        .max()
        .orElse(Double.NaN);
  }

  /** What came of it. The target is theirs, or closed. */
  @SuppressWarnings("MustBeClosedChecker") // by the variables
  Variables<D> variables() {
    double seconds = (System.nanoTime() - began) * 1e-9;
    try {
      RuntimeException failed =
          failure != null
              ? failure
              : Arrays.stream(failures).filter(Objects::nonNull).findFirst().orElse(null);
      if (failed != null) {
        throw failed;
      }
      List<Path.Followed> paths =
          Arrays.stream(followed, 0, to).map(Objects::requireNonNull).toList();
      return Variables.of(
          moved, program, searches.posterior(requireNonNull(target), paths), why, seconds);
    } catch (RuntimeException e) {
      close();
      return Variables.failed(moved, program, why, e, seconds);
    }
  }

  void close() {
    if (target != null) {
      target.close();
    }
  }
}
