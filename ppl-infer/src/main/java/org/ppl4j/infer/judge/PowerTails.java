package org.ppl4j.infer.judge;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ppl4j.infer.SampleColumn;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.internal.math.StudentTails;

/**
 * Tails of a posterior that an approximation cannot reach, since those of its draws are normal.
 *
 * <p>Far out on a ray through a draw, along one real number, d log p / d log t says how the density
 * falls: it is −(ν + 1) wherever one looks if it falls as a Student law of ν degrees of freedom,
 * and grows with t where it falls faster. Draws reach such a tail if their 1% quantile on that side
 * is about as far from their median, in quartiles, as that law's. Both are known to a few per cent,
 * so that laws of up to 6 degrees of freedom are told from a normal one.
 *
 * <p>Source of the slope: Jaini, Kobyzev, Yu and Brubaker, "Tails of Lipschitz triangular flows"
 * (2020), that tails are those of the base; its use here is ours.
 */
final class PowerTails {

  /** Where slopes are compared, in quartiles of the draws. */
  private static final double NEAR = 30;

  private static final double FAR = 90;

  /** How much slopes of a power may differ between the two; those of an exponential law do by 3. */
  private static final double SAME = 1.2;

  private static final double MOST_DEGREES = 6;

  /** Of the way from a normal law to the Student law, in logarithms, draws must have made this. */
  private static final double SHARE = 1.0 / 3;

  private static final double TAIL = 0.01;

  private static final double NORMAL = 1e6; // degrees of freedom

  private PowerTails() {}

  /**
   * They in words; empty if there is none.
   *
   * @param place of a draw, unconstrained
   */
  static Optional<String> doubt(LogDensity<?> density, double[] place, Samples draws) {
    List<Missed> all = new ArrayList<>();
    int at = 0;
    for (LatentSite site : density.space().sites()) {
      if (site.isIdentity() && draws.names().contains(site.name())) {
        for (SampleColumn column : SampleColumn.of(draws, site.name())) {
          int number = at + column.place();
          IntStream.of(-1, 1)
              .mapToObj(side -> missed(density, place, number, column, side))
              .flatMap(Optional::stream)
              .max(Comparator.comparingDouble(Missed::factor))
              .ifPresent(all::add);
        }
      }
      at += Math.toIntExact(site.size());
    }
    return all.stream()
        .max(Comparator.comparingDouble(Missed::factor))
        .map(
            worst ->
                String.format(
                    Locale.ROOT,
                    "the posterior of %,d numbers has tails that the draws do not reach, most of"
                        + " all '%s': it falls as a Student law of %.1f degrees of freedom, whose"
                        + " 1%% quantile is %.1f times as far out; take AutoFlow.of(model, flow),"
                        + " whose tails are learned, or chains",
                    all.size(),
                    worst.name(),
                    worst.degrees(),
                    worst.factor()));
  }

  /**
   * A tail that is not reached.
   *
   * @param factor how much farther out its 1% quantile is
   */
  private record Missed(String name, double degrees, double factor) {}

  private static Optional<Missed> missed(
      LogDensity<?> density, double[] place, int at, SampleColumn column, int side) {
    double[] turned = Arrays.stream(column.numbers()).map(x -> side * x).toArray();
    double median = Quantiles.median().compute(turned);
    double quartile = Quantiles.quartiles().index(3).compute(turned) - median;
    double reach = (Quantiles.percentiles().index(99).compute(turned) - median) / quartile;
    double near = slope(density, place, at, side * median, side * NEAR * quartile);
    double far = slope(density, place, at, side * median, side * FAR * quartile);
    double degrees = far - 1;
    boolean isPower = far < SAME * near && near < SAME * far;
    if (!isPower || !(degrees > 0 && degrees <= MOST_DEGREES)) {
      return Optional.empty();
    }
    double wanted = reach(degrees);
    double normal = reach(NORMAL);
    boolean isReached = Math.log(reach / normal) > SHARE * Math.log(wanted / normal);
    return isReached
        ? Optional.empty()
        : Optional.of(new Missed(column.name(), degrees, wanted / reach));
  }

  /** −d log p / d log |t| at a distance t along one number. */
  private static double slope(
      LogDensity<?> density, double[] place, int at, double median, double t) {
    double[] there = place.clone();
    double[] gradient = new double[place.length];
    there[at] = median + t;
    double value = density.evaluateOrNaN(there, gradient);
    return Double.isFinite(value) ? -t * gradient[at] : Double.NaN;
  }

  /** How far a law's 1% quantile is from its median, in quartiles. */
  private static double reach(double degrees) {
    return StudentTails.INVERSE.value(new double[] {degrees, TAIL})
        / StudentTails.INVERSE.value(new double[] {degrees, 0.25});
  }
}
