package org.ppl4j.infer.approximation;

import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.approximation.Lbfgs.Iterate;

/**
 * A search along a line for a step t that lowers a function φ(t) enough and leaves its slope small:
 *
 * <pre>{@code
 * φ(t) ≤ φ(0) + μ φ'(0) t   and   |φ'(t)| ≤ η |φ'(0)|
 * }</pre>
 *
 * <p>An interval that must hold such a step shrinks around it, by cubic and quadratic interpolation
 * between its best end and the last trial. A trial where the function is not finite counts as a
 * wall: the next is nearer, and none goes beyond it.
 *
 * <p>Source: Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease" (1994);
 * factors as in its implementation in MINPACK-2.
 *
 * @param decrease μ, from 0 to below 1
 * @param flatness η, from 0 to below 1
 */
record MoreThuente(double decrease, double flatness) {

  private static final MoreThuente STANDARD = new MoreThuente(1e-4, 0.9);

  private static final int MAX_TRIALS = 40;

  /** How much of the way to a wall is kept. */
  private static final double SHRINK = 0.25;

  /** How far a step may grow while no interval is known: from the last trial, times its advance. */
  private static final double MIN_GROWTH = 1.1;

  private static final double MAX_GROWTH = 4;

  /** In two trials an interval must shrink to this share, else it is halved. */
  private static final double SHARE = 0.66;

  /** The constants of quasi-Newton methods, 1e-4 and 0.9. */
  static MoreThuente standard() {
    return STANDARD;
  }

  /** The function to search along a line of. */
  @FunctionalInterface
  interface Function {

    /** Value and gradient at a vector, after so many steps. */
    Iterate at(int number, double[] x);
  }

  /** φ and its slope at a step. */
  record Trial(double step, double value, double slope) {

    /** Of φ(t) − φ(0) − incline · t, up to a constant. */
    Trial less(double incline) {
      return new Trial(step, value - incline * step, slope - incline);
    }
  }

  /**
   * The place that a good step leads to.
   *
   * @param from where the gradient is known
   * @param direction of descent
   * @param first the first trial, positive
   * @return the best place that was seen if no step is good; null if none was better than {@code
   *     from}
   */
  @Nullable Iterate along(Function function, Iterate from, double[] direction, double first) {
    Trial start = new Trial(0, from.value(), Vectors.dot(direction, from.gradient()));
    double incline = decrease * start.slope;
    Interval interval = new Interval(start, first);
    Iterate best = from;
    double step = first;
    boolean isFar = true; // no trial yet has lowered φ enough and turned its slope
    for (int i = 0; i < MAX_TRIALS && step > 0; i++) {
      Iterate at = function.at(from.number() + 1, Vectors.plus(from.x(), step, direction));
      if (!at.isFinite()) {
        step = interval.before(step);
        continue;
      }
      Trial trial = new Trial(step, at.value(), Vectors.dot(direction, at.gradient()));
      boolean isLow = trial.value <= start.value + step * incline;
      if (isLow && Math.abs(trial.slope) <= -flatness * start.slope) {
        return at;
      }
      isFar &= !(isLow && trial.slope >= 0);
      boolean shifted = isFar && !isLow && trial.value <= interval.best.value;
      step = interval.next(trial, shifted ? incline : 0);
      if (interval.best.step == trial.step) {
        best = at;
      }
      if (interval.isSpent(step)) {
        break;
      }
    }
    return best.value() < from.value() ? best : null;
  }

  /** Where a good step must be, once two ends are known. */
  private static final class Interval {

    Trial best;
    private Trial end;
    private boolean isBracketed;
    private double min;
    private double max;
    private double wall = Double.POSITIVE_INFINITY;
    private double width = Double.POSITIVE_INFINITY;
    private double widthBefore = Double.POSITIVE_INFINITY;

    Interval(Trial start, double first) {
      this.best = start;
      this.end = start;
      this.max = first + MAX_GROWTH * first;
    }

    /** A step nearer to the best than one where the function is not finite. */
    double before(double step) {
      if (step > best.step) {
        wall = Math.min(wall, step);
      }
      return best.step + SHRINK * (step - best.step);
    }

    /** Takes a trial in, and gives the next step. */
    double next(Trial trial, double incline) {
      double step = interpolated(trial.less(incline), incline);
      boolean isHigher = trial.less(incline).value > best.less(incline).value;
      if (isHigher) {
        end = trial;
      } else {
        end = isTurned(trial.less(incline), best.less(incline)) ? best : end;
        best = trial;
      }
      if (!isBracketed) {
        min = step + MIN_GROWTH * (step - best.step);
        max = step + MAX_GROWTH * (step - best.step);
        return step < wall ? step : best.step + (wall - best.step) / 2;
      }
      double now = Math.abs(end.step - best.step);
      boolean isSlow = now >= SHARE * widthBefore;
      widthBefore = width;
      width = now;
      min = Math.min(best.step, end.step);
      max = Math.max(best.step, end.step);
      return isSlow ? best.step + (end.step - best.step) / 2 : step;
    }

    /** Whether rounding leaves no step between the ends. */
    boolean isSpent(double step) {
      return isBracketed && (step <= min || step >= max || max - min <= Math.ulp(max));
    }

    private static boolean isTurned(Trial trial, Trial best) {
      return trial.slope * Math.signum(best.slope) < 0;
    }

    private double interpolated(Trial trial, double incline) {
      Trial from = best.less(incline);
      if (trial.value > from.value) {
        isBracketed = true;
        double cubic = from.step + cubic(from, trial) * (trial.step - from.step);
        double secant = (from.value - trial.value) / (trial.step - from.step);
        double quadratic =
            from.step + from.slope / (secant + from.slope) / 2 * (trial.step - from.step);
        return isNearer(cubic, quadratic, from.step) ? cubic : cubic + (quadratic - cubic) / 2;
      }
      double secant =
          trial.step + trial.slope / (trial.slope - from.slope) * (from.step - trial.step);
      if (isTurned(trial, from)) {
        isBracketed = true;
        double cubic = trial.step + cubic(trial, from) * (from.step - trial.step);
        return isNearer(cubic, secant, trial.step) ? secant : cubic;
      }
      if (Math.abs(trial.slope) < Math.abs(from.slope)) {
        return flatter(trial, from, secant);
      }
      if (isBracketed) {
        Trial other = end.less(incline);
        return trial.step + cubic(trial, other) * (other.step - trial.step);
      }
      return trial.step > from.step ? max : min;
    }

    /** Where a lower trial has a slope of the same sign, but less of it. */
    private double flatter(Trial trial, Trial from, double secant) {
      double share = cubicBeyond(trial, from);
      double outer = trial.step > from.step ? max : min;
      double cubic = share < 0 ? trial.step + share * (from.step - trial.step) : outer;
      boolean isCubic = isNearer(cubic, secant, trial.step) == isBracketed;
      double step = isCubic ? cubic : secant;
      if (!isBracketed) {
        return Math.max(min, Math.min(max, step));
      }
      double limit = trial.step + SHARE * (end.step - trial.step);
      return trial.step > from.step ? Math.min(limit, step) : Math.max(limit, step);
    }

    private static boolean isNearer(double a, double b, double to) {
      return Math.abs(a - to) < Math.abs(b - to);
    }

    /** The minimum of the cubic through two trials, as a share of the way from one to the other. */
    private static double cubic(Trial a, Trial b) {
      double theta = theta(a, b);
      double gamma = gamma(theta, a, b, false);
      double p = gamma - a.slope + theta;
      double q = gamma - a.slope + gamma + b.slope;
      return p / q;
    }

    /**
     * The same beyond {@code a}, seen from {@code b}: a negative share; 0 or more if the cubic has
     * no minimum there.
     */
    private static double cubicBeyond(Trial a, Trial b) {
      double theta = theta(a, b);
      double gamma = gamma(theta, a, b, true);
      double p = gamma - a.slope + theta;
      double q = gamma + (b.slope - a.slope) + gamma;
      double share = p / q;
      return gamma == 0 ? 0 : share;
    }

    private static double theta(Trial a, Trial b) {
      return 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope;
    }

    /** √(θ² − φ'(a) φ'(b)), of the sign of the way from a to b, without overflow. */
    private static double gamma(double theta, Trial a, Trial b, boolean clipped) {
      double s = Math.max(Math.abs(theta), Math.max(Math.abs(a.slope), Math.abs(b.slope)));
      double square = theta / s * (theta / s) - a.slope / s * (b.slope / s);
      double root = s * Math.sqrt(clipped ? Math.max(0, square) : square);
      return b.step < a.step ? -root : root;
    }
  }
}
