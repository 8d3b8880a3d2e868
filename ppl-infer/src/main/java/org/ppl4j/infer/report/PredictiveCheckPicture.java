package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.ppl4j.infer.diagnostics.PredictiveCheck;

/**
 * Pictures of posterior predictive checks: the data that a model was given, over some of those that
 * it makes.
 *
 * <pre>{@code
 * try (Samples made = Predictive.of(model, run).draw(data, 1000)) {
 *   PredictiveCheckPicture.densities("model", y, made.values("y"))
 *       .save(folder.resolve("check.png"));
 * }
 * }</pre>
 *
 * <p>Fifty replications are drawn, equally far apart, or all if they are fewer. The axis holds the
 * data and all but the outermost hundredths of the replicated numbers, but reaches from the data by
 * no more than their range to either side, so that long tails do not squeeze them. What is not
 * finite is left out.
 */
public final class PredictiveCheckPicture {

  private static final int REPLICATIONS = 50;

  /** Most steps of a cumulative distribution. */
  private static final int STEPS = 400;

  private static final int BINS = 30;

  /** The share of replicated numbers on either side that the axis need not hold. */
  private static final double OUTERMOST = 0.01;

  private static final double MARGIN = 0.05; // of the axis, on either side

  /** Numbers of which less than this share differ are discrete. */
  private static final double SHARE_OF_VALUES = 0.5;

  private PredictiveCheckPicture() {}

  /** A curve through points. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Points(double[] x, double[] y) {}

  /**
   * Smoothed densities of the data and of replications. For counts and other numbers that are often
   * alike {@link #cumulative} is the truer one.
   *
   * @param observed the data y (N)
   * @param replicated the replications (R, N), row by row
   * @throws IllegalArgumentException if no datum is finite, or the replications are not whole ones,
   *     at least one
   */
  public static CurvePicture densities(String title, double[] observed, double[] replicated) {
    Area view = view(observed, replicated);
    return over(
        CurvePicture.of(title, "", "density"),
        observed,
        replicated,
        numbers -> {
          KernelDensity density = KernelDensity.of(numbers, view.left(), view.right());
          return new Points(density.x(), density.density());
        });
  }

  /**
   * Cumulative distributions of the data and of replications.
   *
   * @param observed the data y (N)
   * @param replicated the replications (R, N), row by row
   * @throws IllegalArgumentException if no datum is finite, or the replications are not whole ones,
   *     at least one
   */
  public static CurvePicture cumulative(String title, double[] observed, double[] replicated) {
    Area view = view(observed, replicated);
    return over(
        CurvePicture.of(title, "", "share below"),
        observed,
        replicated,
        numbers -> steps(numbers, view));
  }

  /**
   * {@link #cumulative} where so many numbers are alike that their density is no picture of them,
   * else {@link #densities}.
   */
  static CurvePicture suited(String title, double[] observed, double[] replicated) {
    boolean isDiscrete =
        Arrays.stream(observed).distinct().count() < SHARE_OF_VALUES * observed.length;
    return isDiscrete
        ? cumulative(title, observed, replicated)
        : densities(title, observed, replicated);
  }

  /**
   * How often replications have which figure, and that of the data. Figures that are not finite are
   * left out.
   */
  public static CurvePicture figure(String title, PredictiveCheck check) {
    double[] finite = finite(check.replicated().toArray());
    String data = String.format(Locale.ROOT, "observed, p = %.3f", check.pValue());
    double[] all = finite(plus(finite, check.observed()));
    CurvePicture picture = CurvePicture.of(title, check.name(), "replications");
    if (all.length == 0) {
      return picture.curve(data, all, all);
    }
    Area view = around(all);
    Histogram histogram = Histogram.of(finite, view.left(), view.right(), BINS);
    double[] x = new double[2 * BINS + 2]; // both ends of each bin, and the ground
    double[] y = new double[2 * BINS + 2];
    for (int bin = 0; bin < BINS; bin++) {
      x[2 * bin + 1] = histogram.edge(bin);
      x[2 * bin + 2] = histogram.edge(bin + 1);
      y[2 * bin + 1] = histogram.counts()[bin];
      y[2 * bin + 2] = histogram.counts()[bin];
    }
    x[0] = view.left();
    x[2 * BINS + 1] = view.right();
    double[] at = {check.observed(), check.observed()};
    return picture
        .curve("replicated", x, y)
        .curve(data, at, new double[] {0, 1.05 * histogram.most()});
  }

  private static CurvePicture over(
      CurvePicture picture,
      double[] observed,
      double[] replicated,
      Function<double[], Points> drawn) {
    int size = observed.length;
    checkArgument(
        replicated.length > 0 && replicated.length % size == 0,
        "picture is given %s replicated numbers, but %s data; pass as many for each replication, of"
            + " at least one",
        replicated.length,
        size);
    int all = replicated.length / size;
    int count = Math.min(all, REPLICATIONS);
    List<double[]> x = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) i * all / count) * size;
      double[] finite = finite(Arrays.copyOfRange(replicated, from, from + size));
      if (finite.length > 0) {
        Points points = drawn.apply(finite);
        x.add(points.x());
        y.add(points.y());
      }
    }
    CurvePicture below = x.isEmpty() ? picture : picture.curves("replicated", x, y);
    Points points = drawn.apply(finite(observed));
    return below.curve("observed", points.x(), points.y());
  }

  /** Stairs that go up by the share of each number; those outside the view go up at its ends. */
  private static Points steps(double[] numbers, Area view) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int count = Math.min(sorted.length, STEPS);
    double[] x = new double[2 * count + 2];
    double[] y = new double[2 * count + 2];
    x[0] = view.left();
    for (int i = 0; i < count; i++) {
      int last = (int) ((i + 1L) * sorted.length / count) - 1;
      double at = Math.max(view.left(), Math.min(view.right(), sorted[last]));
      x[2 * i + 1] = at;
      x[2 * i + 2] = at;
      y[2 * i + 1] = y[2 * i];
      y[2 * i + 2] = (last + 1.0) / sorted.length;
    }
    x[2 * count + 1] = view.right();
    y[2 * count + 1] = 1;
    return new Points(x, y);
  }

  /** The data, and what is replicated beside them, but no more than their range. */
  private static Area view(double[] observed, double[] replicated) {
    double[] finite = finite(observed);
    checkArgument(
        finite.length > 0,
        "none of the %s data is finite; pass at least one that is",
        observed.length);
    double min = Arrays.stream(finite).min().orElseThrow();
    double max = Arrays.stream(finite).max().orElseThrow();
    double range = max > min ? max - min : 1;
    double[] sorted = finite(replicated);
    Arrays.sort(sorted);
    double low = sorted.length == 0 ? min : sorted[(int) (OUTERMOST * sorted.length)];
    double high = sorted.length == 0 ? max : sorted[(int) ((1 - OUTERMOST) * sorted.length)];
    double left = Math.max(Math.min(low, min), min - range);
    double right = Math.min(Math.max(high, max), max + range);
    double margin = MARGIN * (max > min ? right - left : range);
    return new Area(left - margin, right + margin, 0, 1);
  }

  /** All of these, on a horizontal axis. */
  private static Area around(double[] numbers) {
    double[] points = new double[2 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      points[2 * i] = numbers[i];
    }
    return Area.around(points);
  }

  private static double[] finite(double[] numbers) {
    return Arrays.stream(numbers).filter(Double::isFinite).toArray();
  }

  private static double[] plus(double[] numbers, double one) {
    double[] more = Arrays.copyOf(numbers, numbers.length + 1);
    more[numbers.length] = one;
    return more;
  }
}
