package org.ppl4j.ode;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One solution in Java, by steps that follow the error of the states: these and then, if wanted,
 * their derivatives in start and parameters, row by row.
 */
abstract class JavaWay {

  final JavaRate rate;
  final int states;
  final int width; // 0 without derivatives
  double[] state;
  double[] next;
  double time;
  private final AdaptiveSolver solver;
  private final List<Stretch> way;
  private final double tolerance;
  private final double smallest;
  private double size;

  /**
   * What is to be solved.
   *
   * @param x start and parameters side by side
   * @param withDerivatives whether those of the states in x are wanted
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Problem(
      AdaptiveSolver solver,
      JavaRate rate,
      List<Stretch> way,
      double[] x,
      boolean withDerivatives) {}

  /** At the start. */
  JavaWay(Problem problem) {
    double[] x = problem.x();
    this.rate = problem.rate();
    this.states = rate.states();
    this.width = problem.withDerivatives() ? x.length : 0;
    this.state = new double[states * (1 + width)];
    this.next = new double[state.length];
    this.solver = problem.solver();
    this.way = problem.way();
    this.time = way.get(0).from();
    this.tolerance = solver.tolerance().relative();
    this.smallest = solver.tolerance().smallest();
    rate.parameters(x);
    System.arraycopy(x, 0, state, 0, states);
    for (int i = 0; i < states && width > 0; i++) {
      state[states + i * width + i] = 1;
    }
  }

  /** The rates of the states, which the next step begins with. */
  abstract double[] first();

  /** Where a step leads, as the next state; its error in each state. */
  abstract double[] attempt(double h);

  /** The last attempt is kept: what is left to be done for it, before the next state is that. */
  abstract void keep(double h);

  /** Chooses a step where none was before; false if there is no rate. */
  private boolean begin() {
    double[] rates = first();
    double square = 0;
    for (int i = 0; i < states; i++) {
      double speed = rates[i] / (smallest + Math.abs(state[i]));
      square += speed * speed / states;
    }
    double length = Math.abs(way.get(way.size() - 1).to() - way.get(0).from());
    double most = Math.min(length, solver.steps().longest());
    size = Math.min(most, Math.pow(tolerance, 1.0 / solver.method().order()) / Math.sqrt(square));
    return Double.isFinite(square);
  }

  /** Steps along a stretch, by its number; false if steps become too small or too many. */
  final boolean follow(int number) {
    Stretch stretch = way.get(number);
    rate.along(stretch);
    boolean begins = number == 0 || stretch.isAfterJump();
    if (begins && !begin()) {
      return false;
    }
    double to = stretch.to();
    double most = StepSearch.mostAttempts(solver, stretch);
    for (int attempts = 0; time != to; attempts++) {
      double left = to - time;
      boolean isLast = size >= Math.abs(left);
      double h = isLast ? left : Math.copySign(size, left);
      double error = share(attempt(h));
      size = StepSearch.next(size, h, error, solver);
      boolean isThere = isLast && error <= 1; // however near that was
      boolean isStuck = StepSearch.isTooSmall(size, time) && !isThere;
      if (isStuck || attempts >= most) {
        return false;
      }
      if (error <= 1) {
        keep(h);
        time = isLast ? to : time + h;
        double[] before = state;
        state = next;
        next = before;
      }
    }
    return true;
  }

  /** Errors beside the tolerance. */
  private double share(double[] errors) {
    double square = 0;
    for (int k = 0; k < states; k++) {
      double larger = Math.max(Math.abs(state[k]), Math.abs(next[k]));
      double share = errors[k] / (tolerance * (smallest + larger));
      square += share * share / states;
    }
    return Math.sqrt(square);
  }

  /**
   * How a function of time, states and parameters changes with start and parameters, by way of the
   * states and by itself.
   *
   * @param changes {@code (M, 1 + M + P)}: of the function
   * @param of states and their derivatives
   * @param to states and derivatives, of which these are filled
   */
  final void chain(double[][] changes, double[] of, double[] to) {
    for (int i = 0; i < states; i++) {
      for (int q = 0; q < width; q++) {
        double sum = q < states ? 0 : changes[i][1 + q];
        for (int j = 0; j < states; j++) {
          sum += changes[i][1 + j] * of[states + j * width + q];
        }
        to[states + i * width + q] = sum;
      }
    }
  }

  final void lose() {
    Arrays.fill(state, Double.NaN);
  }

  /** Puts the state, and its derivatives, where those of a time belong. */
  final void put(int place, double[] y, double @Nullable [][] jacobian) {
    System.arraycopy(state, 0, y, place * states, states);
    for (int i = 0; i < states && jacobian != null; i++) {
      System.arraycopy(state, states + i * width, jacobian[place * states + i], 0, width);
    }
  }
}
