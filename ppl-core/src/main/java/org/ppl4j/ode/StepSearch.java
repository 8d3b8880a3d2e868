package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.ode.EmbeddedMethod.Step;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Scope;
import org.ppl4j.tensor.Tensors;

/**
 * Finds the steps of each row, all rows at once: attempts a step of each, keeps those whose error
 * is small enough, and chooses the next sizes, until all are at the next time. Rows that are there
 * wait in steps of size 0.
 */
final class StepSearch {

  /** From one time to the next: more than any equation needs that this method is for. */
  private static final int MOST_ATTEMPTS = 3000;

  /** Of the size that the estimate says, which is not exact. */
  private static final double SAFETY = 0.9;

  private static final double LEAST_FACTOR = 0.2;
  private static final double MOST_FACTOR = 5;

  /** The least size, in roundings of times. */
  private static final double ROUNDINGS = 16;

  private final AdaptiveSolver solver;
  private final Rate rate;
  private final List<Stretch> way;
  private final Solver.Failure failure;
  private final Run run;
  private final Shape rows;
  private final double[] time;
  private final double[] size;
  private final boolean[] isLost;
  private final ImmutableList.Builder<NDArray> states = ImmutableList.builder();
  private final ImmutableList.Builder<List<Round>> rounds = ImmutableList.builder();
  private final List<boolean[]> lost = new ArrayList<>();
  private NDArray state;
  private NDArray first;
  private int evaluations;
  private int rejected;
  private int attempts;

  /**
   * Where each row is and how far it steps, 0 if it stays.
   *
   * @param times {@code (rows)}
   * @param sizes {@code (rows)}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Round(double[] times, double[] sizes) {}

  StepSearch(
      AdaptiveSolver solver, Rate rate, NDArray start, List<Stretch> way, Solver.Failure failure) {
    this.solver = solver;
    this.rate = rate;
    this.way = way;
    this.failure = failure;
    this.run = Tensors.run(start);
    this.rows = Solver.rows(start);
    int count = Math.toIntExact(rows.size());
    this.time = new double[count];
    this.size = new double[count];
    this.isLost = new boolean[count];
    this.state = start;
    this.first = start;
  }

  ImmutableList<NDArray> states() {
    return states.build();
  }

  /** From each time to the next. */
  ImmutableList<List<Round>> rounds() {
    return rounds.build();
  }

  int evaluations() {
    return evaluations;
  }

  int rejected() {
    return rejected;
  }

  /** This, with all steps found. */
  StepSearch found() {
    Arrays.fill(time, way.get(0).from());
    for (int i = 0; i < way.size(); i++) {
      Stretch stretch = way.get(i);
      if (i == 0 || stretch.isAfterJump()) {
        first = AdaptiveSolver.first(stretch.sides(rate), stretch.from(), state);
        evaluations++;
        firstSizes();
      }
      rounds.add(interval(stretch));
      lost.add(isLost.clone());
      if (stretch.isAsked()) {
        states.add(known(state, i));
      }
    }
    return this;
  }

  /**
   * A state after an interval, with NaN in the rows that were lost before its end.
   *
   * @param interval the number of it
   */
  NDArray known(NDArray state, int interval) {
    boolean[] rowsLost = lost.get(interval);
    for (boolean each : rowsLost) {
      if (each) {
        return Tensors.where(run.create(rowsLost, rows), run.scalar(Double.NaN), state);
      }
    }
    return state;
  }

  /** So that a step changes a row by less than that root of the tolerance. */
  private void firstSizes() {
    double[] speed = norm(first.div(state.abs().add(solver.tolerance().smallest())));
    double length = Math.abs(way.get(way.size() - 1).to() - way.get(0).from());
    double change = Math.pow(solver.tolerance().relative(), 1.0 / solver.method().order());
    for (int r = 0; r < size.length; r++) {
      isLost[r] |= !Double.isFinite(speed[r]);
      size[r] = Math.min(Math.min(length, solver.steps().longest()), change / speed[r]);
    }
  }

  private List<Round> interval(Stretch stretch) {
    List<Round> taken = new ArrayList<>();
    attempts = 0;
    while (Arrays.stream(time).anyMatch(at -> at != stretch.to())) {
      List<NDArray> next = Scope.keeping(run, () -> attempt(stretch, taken));
      state = next.get(0);
      first = next.get(1);
    }
    return taken;
  }

  /** The states and their rates after a step of each row, of those that are kept. */
  private List<NDArray> attempt(Stretch stretch, List<Round> taken) {
    Rate here = stretch.sides(rate);
    double[] sizes = sizes(stretch.to());
    Round attempt = new Round(time.clone(), sizes);
    Step step =
        solver
            .method()
            .step(here, state, first, run.create(attempt.times(), rows), run.create(sizes, rows));
    evaluations += solver.method().evaluations();
    boolean[] isKept = judged(stretch, sizes, errors(step));
    for (int r = 0; r < sizes.length; r++) {
      sizes[r] = isKept[r] ? sizes[r] : 0;
    }
    if (Arrays.stream(sizes).anyMatch(h -> h != 0)) {
      taken.add(attempt);
    }
    return kept(step, isKept);
  }

  /** With their sign; no further than the next time. */
  private double[] sizes(double to) {
    double[] sizes = new double[size.length];
    for (int r = 0; r < sizes.length; r++) {
      double left = to - time[r];
      boolean isLast = isLost[r] || size[r] >= Math.abs(left);
      sizes[r] = isLast ? left : Math.copySign(size[r], left);
    }
    return sizes;
  }

  /** Relative to the tolerance, a number for each row. */
  private double[] errors(Step step) {
    NDArray larger = state.abs().maximum(step.state().abs());
    AdaptiveSolver.Tolerance tolerance = solver.tolerance();
    return norm(step.error().div(larger.add(tolerance.smallest()).mul(tolerance.relative())));
  }

  private static double[] norm(NDArray x) {
    return Tensors.values(x.square().mean(new int[] {-1}).sqrt());
  }

  /** Which rows keep their step; moves them on, and chooses the next sizes. */
  private boolean[] judged(Stretch stretch, double[] sizes, double[] errors) {
    double to = stretch.to();
    attempts++;
    boolean[] isKept = new boolean[sizes.length];
    for (int r = 0; r < sizes.length; r++) {
      double h = sizes[r];
      boolean isSmall = errors[r] <= 1;
      isKept[r] = h == 0 || isLost[r] || isSmall;
      if (h != 0 && !isLost[r]) {
        choose(r, h, errors[r]);
        checkStep(r, isSmall && h == to - time[r], mostAttempts(solver, stretch));
      }
      rejected += isKept[r] ? 0 : 1;
      if (isKept[r]) {
        time[r] = h == to - time[r] ? to : time[r] + h;
      }
    }
    return isKept;
  }

  private void choose(int row, double h, double error) {
    size[row] = next(size[row], h, error, solver);
  }

  /**
   * The size of the next step after one of this error.
   *
   * @param size that the step was to have
   * @param h that it had, which is less if it ends at a time; it then says little of what is
   *     possible
   */
  static double next(double size, double h, double error, AdaptiveSolver solver) {
    double next = Math.abs(h) * factor(error, solver.method().order());
    boolean wasCut = error <= 1 && Math.abs(h) < size;
    return Math.min(solver.steps().longest(), wasCut ? Math.max(size, next) : next);
  }

  /** Those that the longest steps would take, and as many as a method may need. */
  static double mostAttempts(AdaptiveSolver solver, Stretch stretch) {
    return MOST_ATTEMPTS + solver.steps().least(stretch);
  }

  private static double factor(double error, int order) {
    double factor = SAFETY * Math.pow(error, -1.0 / order);
    double most = error <= 1 ? MOST_FACTOR : 1;
    // Not a number: the step leads where the right side has no value.
    return Double.isNaN(factor) ? LEAST_FACTOR : Math.max(LEAST_FACTOR, Math.min(factor, most));
  }

  /** Whether steps of this size no longer move the time. */
  static boolean isTooSmall(double size, double time) {
    return size < ROUNDINGS * Math.ulp(time);
  }

  private void checkStep(int row, boolean isThere, double most) {
    boolean isStuck = isTooSmall(size[row], time[row]) && !isThere; // however near that was
    boolean isFailed = isStuck || attempts > most;
    if (isFailed && failure == Solver.Failure.NAN) {
      isLost[row] = true;
    } else if (isFailed) {
      throw new IllegalStateException(
          "solver %s is at time %s after %s attempts, and its step there is %s: the differential"
                  .formatted(solver, time[row], attempts, size[row])
              + " equation is too stiff, or leads to infinity; bound its right side, loosen the"
              + " tolerance, or take fixed steps");
    }
  }

  private List<NDArray> kept(Step step, boolean[] isKept) {
    for (boolean each : isKept) {
      if (!each) {
        NDArray kept = run.create(isKept, rows);
        return List.of(
            Tensors.where(kept, step.state(), state), Tensors.where(kept, step.rate(), first));
      }
    }
    return List.of(step.state(), step.rate());
  }
}
