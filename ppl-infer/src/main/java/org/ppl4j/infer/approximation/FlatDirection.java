package org.ppl4j.infer.approximation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A direction along which a log density does not fall, as that of a site with an improper prior of
 * which the data say nothing: no distribution has it, and a deviation along it is made up.
 */
final class FlatDirection {

  /** Of more numbers second derivatives take long. */
  private static final int LARGEST = 200;

  /** So far out, in units of the curvature along the axes, a density has fallen. */
  private static final double[] FAR = {1e3, 1e6, 1e9, 1e12};

  /** A direction is named by its numbers above this share of the largest, three at most. */
  private static final double NAMED = 0.3;

  private FlatDirection() {}

  /**
   * What speaks against a normal distribution around a vector, in words; empty if nothing does, or
   * there are more than 200 numbers. A density is flat where its curvature is 0 and it falls, as
   * far out as t, by less than log t, as none does that has an integral.
   */
  static Optional<String> around(Target<?> target, double[] at) {
    if (at.length > LARGEST) {
      return Optional.empty();
    }
    double[] hessian = Hessian.of(target, at).matrix();
    if (!Vectors.areFinite(hessian)) {
      return Optional.empty();
    }
    return Precision.of(target.config(), hessian, at.length)
        .flat()
        .filter(direction -> isFlat(target, at, hessian, direction.vector()))
        .map(
            direction ->
                "the log density does not fall along %s, however far out: there is no posterior,"
                        .formatted(names(target, at, direction.vector()))
                    + " and the deviation of these draws is made up; give each site a proper prior");
  }

  private static boolean isFlat(
      Target<?> target, double[] at, double[] hessian, double[] direction) {
    double[] way = Hessian.scale(hessian, at.length);
    for (int i = 0; i < way.length; i++) {
      way[i] *= direction[i];
    }
    double here = target.values(at)[0];
    return isFlat(target, at, way, 1, here) || isFlat(target, at, way, -1, here);
  }

  private static boolean isFlat(
      Target<?> target, double[] at, double[] way, int sign, double here) {
    for (double far : FAR) {
      double there = target.values(Vectors.plus(at, sign * far, way))[0];
      if (!(there > here - Math.log(far))) {
        return false;
      }
    }
    return true;
  }

  /** The numbers that change most along a direction, with their values. */
  static String names(Target<?> target, double[] at, double[] direction) {
    List<String> names = new ArrayList<>();
    IntStream.range(0, direction.length)
        .filter(i -> Math.abs(direction[i]) > NAMED)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(direction[i])))
        .limit(3)
        .forEach(i -> names.add(String.format(Locale.ROOT, "'%s' (%.4g)", target.name(i), at[i])));
    return String.format(
        Locale.ROOT,
        "%s, the unconstrained %s there",
        String.join(" and ", names),
        names.size() == 1 ? "value" : "values");
  }
}
