package org.ppl4j.infer.report;

import static java.util.Objects.requireNonNull;

import com.google.common.math.Quantiles;
import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.Map;

/**
 * The density of numbers as a smooth curve: the mean of normal densities at each of them. Their
 * standard deviation is the mean of Silverman's, which makes several heaps one, and the {@link
 * PlugInBandwidth}, which follows them but is uncertain where numbers are few or not independent,
 * as those of a chain are; ArviZ takes this mean too.
 *
 * <p>The numbers are brought to a grid before, so that many cost little.
 *
 * @param x where it was evaluated, evenly spaced
 * @param density there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KernelDensity(double[] x, double[] density) {

  private static final int POINTS = 400;

  /** A normal density is nothing beyond so many standard deviations. */
  private static final double REACH = 6;

  /** The interquartile range of a normal distribution in standard deviations, as Silverman has. */
  private static final double NORMAL_RANGE = 1.34;

  /** How far it goes beyond the numbers, in standard deviations of the normal densities. */
  private static final double MARGIN = 3;

  /** Of numbers that are finite, at least one, on all of their range. */
  static KernelDensity of(double[] numbers) {
    double margin = MARGIN * bandwidth(numbers);
    Stats stats = Stats.of(numbers);
    return of(numbers, stats.min() - margin, stats.max() + margin);
  }

  /** Of numbers that are finite, at least one, on a part of the line. */
  static KernelDensity of(double[] numbers, double from, double to) {
    double step = (to - from) / (POINTS - 1);
    double[] shares = new double[POINTS]; // of each number to the two points beside it
    for (double number : numbers) {
      double place = (number - from) / step;
      if (place >= 0 && place <= POINTS - 1) {
        int below = (int) Math.min(place, POINTS - 2);
        shares[below] += 1 - (place - below);
        shares[below + 1] += place - below;
      }
    }
    double[] x = new double[POINTS];
    Arrays.setAll(x, i -> from + i * step);
    return new KernelDensity(x, smoothed(shares, numbers.length, bandwidth(numbers) / step, step));
  }

  /**
   * Of numbers that are finite, at least one, from the least to the greatest, with what the normal
   * densities have beyond these folded back: where numbers end at a bound the curve does not fall.
   */
  static KernelDensity reflected(double[] numbers, int points) {
    Stats stats = Stats.of(numbers);
    return reflected(numbers, points, stats.min(), stats.max());
  }

  /** The same on a part of the line, of the numbers that lie there. */
  static KernelDensity reflected(double[] numbers, int points, double from, double to) {
    double[] inside = Arrays.stream(numbers).filter(x -> x >= from && x <= to).toArray();
    if (inside.length == 0 || Stats.of(inside).max() == Stats.of(inside).min()) {
      return inside.length == 0 ? new KernelDensity(inside, inside) : of(inside);
    }
    double low = Stats.of(inside).min();
    double high = Stats.of(inside).max();
    double margin = MARGIN * bandwidth(inside);
    KernelDensity all = of(inside, low - margin, high + margin);
    double share = (double) inside.length / numbers.length;
    double[] x = new double[points];
    Arrays.setAll(x, i -> low + (high - low) * i / (points - 1));
    double[] folded =
        Arrays.stream(x)
            .map(each -> share * (all.at(each) + all.at(2 * low - each) + all.at(2 * high - each)))
            .toArray();
    return new KernelDensity(x, folded);
  }

  /** The density at a place, 0 beyond those where it was evaluated. */
  private double at(double place) {
    double step = (x[x.length - 1] - x[0]) / (x.length - 1);
    double steps = (place - x[0]) / step;
    if (!(steps >= 0 && steps <= x.length - 1)) {
      return 0;
    }
    int below = (int) Math.min(steps, x.length - 2);
    return density[below] + (steps - below) * (density[below + 1] - density[below]);
  }

  private static double[] smoothed(double[] shares, int count, double bandwidth, double step) {
    double width = Math.max(bandwidth, 1); // in steps
    int reach = (int) Math.min(POINTS, Math.ceil(REACH * width));
    double[] kernel = new double[reach];
    double height = 1 / (count * step * width * Math.sqrt(2 * Math.PI));
    Arrays.setAll(kernel, k -> height * Math.exp(-(k / width) * (k / width) / 2));
    double[] density = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      for (int j = Math.max(0, i - reach + 1); j < Math.min(POINTS, i + reach); j++) {
        density[i] += shares[j] * kernel[Math.abs(i - j)];
      }
    }
    return density;
  }

  /** The standard deviation of the normal densities. */
  static double bandwidth(double[] numbers) {
    double usual = silverman(numbers);
    return (usual + PlugInBandwidth.of(numbers).orElse(usual)) / 2;
  }

  /**
   * That for numbers in one heap,
   *
   * <pre>{@code
   * h = 0.9 min(sd, (q₇₅ − q₂₅) / 1.34) n^(−1/5)
   * }</pre>
   *
   * <p>Source: Silverman, "Density estimation for statistics and data analysis" (1986), equation
   * 3.31; where numbers are alike, as R's {@code bw.nrd0}.
   */
  static double silverman(double[] numbers) {
    double sd = numbers.length > 1 ? Stats.of(numbers).sampleStandardDeviation() : 0;
    Map<Integer, Double> quartiles = Quantiles.quartiles().indexes(1, 3).compute(numbers);
    double range = requireNonNull(quartiles.get(3)) - requireNonNull(quartiles.get(1));
    double spread = Math.min(sd, range / NORMAL_RANGE);
    for (double other : new double[] {sd, Math.abs(numbers[0]), 1}) {
      spread = spread > 0 ? spread : other;
    }
    return 0.9 * spread * Math.pow(numbers.length, -0.2);
  }
}
