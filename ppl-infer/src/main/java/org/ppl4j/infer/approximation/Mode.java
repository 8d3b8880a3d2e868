package org.ppl4j.infer.approximation;

import java.util.Locale;
import java.util.Optional;
import org.ppl4j.infer.approximation.Lbfgs.Iterate;

/**
 * A local maximum of a log density, where it is a normal density up to terms of third order.
 *
 * @param value of the log density
 * @param hessian the negative second derivatives
 * @param normal the location is the maximum, the covariance the inverse of these
 */
record Mode(double value, Hessian hessian, NormalApproximation normal) {

  /** Two searches ended at one mode if they ended so many standard deviations apart. */
  private static final double SAME = 0.1;

  /** In standard deviations, from the mode; what remains is rounding. */
  private static final double NEAR = 1e-9;

  /** As near a search must come at least. */
  private static final double NEAR_ENOUGH = 1e-4;

  private static final int MAX_STEPS = 50;

  private static final int MAX_HALVINGS = 30;

  /** Whether a vector is so near that a search which ended there ended at this mode. */
  boolean isAt(double[] u) {
    return normal.distance(u) < SAME;
  }

  /**
   * What Newton's method finds.
   *
   * @param mode empty if there is none
   * @param failure why there is none; empty if there is one
   */
  record Found(Optional<Mode> mode, String failure) {

    private static Found none(String why) {
      return new Found(Optional.empty(), why);
    }
  }

  /** Goes by Newton's method to the mode that a search has come near to. */
  static Found near(Target<?> target, double[] end) {
    Iterate at = at(target, 0, end);
    double before = Double.POSITIVE_INFINITY;
    while (at.number() < MAX_STEPS) {
      Hessian hessian = Hessian.of(target, at.x());
      Precision precision = Precision.of(target.config(), hessian.matrix(), end.length);
      Optional<Precision.Direction> flat = precision.flat();
      if (flat.isPresent()) {
        return Found.none(described(target, at.x(), flat.get()));
      }
      NormalApproximation normal = precision.normal(at.x());
      double[] step = normal.times(at.gradient());
      double distance = Math.sqrt(Math.max(0, Vectors.dot(step, at.gradient())));
      Optional<Iterate> next = up(target, at, step);
      boolean isRounding = distance > before / 2 || next.isEmpty();
      if (distance < NEAR || (distance < NEAR_ENOUGH && isRounding)) {
        return new Found(Optional.of(new Mode(at.value(), hessian, normal)), "");
      }
      before = distance;
      if (next.isEmpty()) {
        break;
      }
      at = next.get();
    }
    return Found.none(
        String.format(
            Locale.ROOT,
            "Newton's method comes no nearer to a maximum than %.2g standard deviations",
            before));
  }

  private static Iterate at(Target<?> target, int number, double[] u) {
    double[] gradient = new double[u.length];
    return new Iterate(number, u, target.evaluate(u, gradient), gradient);
  }

  /** Where a step leads that is halved until it does not lower the density, up to rounding. */
  private static Optional<Iterate> up(Target<?> target, Iterate from, double[] step) {
    double least = from.value() - 0x1p-48 * (1 + Math.abs(from.value()));
    double length = 1;
    for (int i = 0; i < MAX_HALVINGS; i++) {
      Iterate to = at(target, from.number() + 1, Vectors.plus(from.x(), length, step));
      if (to.isFinite() && to.value() >= least) {
        return Optional.of(to);
      }
      length /= 2;
    }
    return Optional.empty();
  }

  private static String described(Target<?> target, double[] at, Precision.Direction direction) {
    return String.format(
        Locale.ROOT,
        "it does not fall along %s: of 1 along an axis its curvature is %.1g",
        FlatDirection.names(target, at, direction.vector()),
        direction.curvature());
  }
}
