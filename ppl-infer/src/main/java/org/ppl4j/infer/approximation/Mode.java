package org.ppl4j.infer.approximation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

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

  /** A direction is named by its numbers above this share of the largest, three at most. */
  private static final double NAMED = 0.3;

  /** Whether a vector is so near that a search which ended there ended at this mode. */
  boolean isAt(double[] u) {
    return normal.distance(u) < SAME;
  }

  /**
   * What Newton's method finds: a mode, or why there is none.
   *
   * @param modes one or none
   * @param failure empty if there is one
   */
  record Found(List<Mode> modes, String failure) {}

  /**
   * Goes by Newton's method to the mode that a search has come near to. A step is halved until it
   * does not lower the density.
   */
  static Found near(Target<?> target, double[] end) {
    double[] at = end;
    double[] gradient = new double[at.length];
    double value = target.evaluate(at, gradient);
    double before = Double.POSITIVE_INFINITY;
    for (int i = 0; i < MAX_STEPS; i++) {
      Hessian hessian = Hessian.of(target, at);
      Precision precision = Precision.of(target.config(), hessian.matrix(), at.length);
      if (precision.flat().isPresent()) {
        return new Found(List.of(), described(target, at, precision.flat().orElseThrow()));
      }
      NormalApproximation normal = precision.normal(at);
      double[] step = normal.times(gradient);
      double distance = Math.sqrt(Math.max(0, Vectors.dot(step, gradient)));
      boolean isLast = distance > before / 2 && distance < NEAR_ENOUGH;
      if (distance < NEAR || isLast) {
        return new Found(List.of(new Mode(value, hessian, normal)), "");
      }
      before = distance;
      double length = 1;
      double[] next = Vectors.plus(at, length, step);
      double[] slope = new double[at.length];
      double found = target.evaluate(next, slope);
      for (int k = 0; !isNoLower(found, value) && k < MAX_HALVINGS; k++) {
        length /= 2;
        next = Vectors.plus(at, length, step);
        found = target.evaluate(next, slope);
      }
      if (!isNoLower(found, value)) {
        break;
      }
      at = next;
      value = found;
      gradient = slope;
    }
    return new Found(
        List.of(),
        String.format(
            Locale.ROOT,
            "Newton's method comes no nearer to a maximum than %.2g standard deviations",
            before));
  }

  /** Up to rounding. */
  private static boolean isNoLower(double found, double value) {
    return found >= value - 0x1p-48 * (1 + Math.abs(value)) && found < Double.POSITIVE_INFINITY;
  }

  private static String described(Target<?> target, double[] at, Precision.Direction direction) {
    double[] vector = direction.vector();
    List<String> names = new ArrayList<>();
    IntStream.range(0, vector.length)
        .filter(i -> Math.abs(vector[i]) > NAMED)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(vector[i])))
        .limit(3)
        .forEach(i -> names.add(String.format(Locale.ROOT, "'%s' (%.4g)", target.name(i), at[i])));
    return String.format(
        Locale.ROOT,
        "it does not fall along %s, the unconstrained %s there: of 1 along an axis its curvature is"
            + " %.1g",
        String.join(" and ", names),
        names.size() == 1 ? "value" : "values",
        direction.curvature());
  }
}
