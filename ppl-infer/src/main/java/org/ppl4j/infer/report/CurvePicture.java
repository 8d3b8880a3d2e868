package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.awt.Graphics2D;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.svi.Losses;

/**
 * Curves over one axis, each with its name in the legend: losses of a fit, marginals, calibration.
 * Points that are not finite are left out.
 *
 * <p>Immutable: each method makes a new picture.
 */
public final class CurvePicture implements Picture {

  /** Points of a curve of losses; each is the median of its stretch. */
  private static final int STRETCHES = 400;

  /** The share of the losses that the picture of losses shows; the greatest are off the top. */
  private static final double SHOWN = 0.97;

  /** A part of an axis. */
  record Range(double min, double max) {}

  /** How a curve is drawn. */
  enum Kind {
    LINE,
    POINTS,
    THIN,
    DASHED
  }

  /**
   * A curve.
   *
   * @param labels of its points; none if they have none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Curve(String name, double[] x, double[] y, Kind kind, ImmutableList<String> labels) {

    Curve(String name, double[] x, double[] y, Kind kind) {
      this(name, x, y, kind, ImmutableList.of());
    }

    /** The points whose y is finite and in a range. */
    Curve within(Range range) {
      int[] kept =
          IntStream.range(0, x.length)
              .filter(i -> Double.isFinite(x[i]) && y[i] >= range.min() && y[i] <= range.max())
              .toArray();
      return new Curve(
          name,
          Arrays.stream(kept).mapToDouble(i -> x[i]).toArray(),
          Arrays.stream(kept).mapToDouble(i -> y[i]).toArray(),
          kind,
          labels.isEmpty()
              ? labels
              : Arrays.stream(kept).mapToObj(labels::get).collect(toImmutableList()));
    }
  }

  private static final Range FINITE = new Range(-Double.MAX_VALUE, Double.MAX_VALUE);

  private final String title;
  private final String horizontal;
  private final String vertical;
  private final ImmutableList<Curve> curves;
  private final @Nullable Range range;

  private CurvePicture(
      String title,
      String horizontal,
      String vertical,
      ImmutableList<Curve> curves,
      @Nullable Range range) {
    this.title = requireNonNull(title, "title");
    this.horizontal = requireNonNull(horizontal, "horizontal");
    this.vertical = requireNonNull(vertical, "vertical");
    this.curves = curves;
    this.range = range;
  }

  /**
   * An empty one.
   *
   * @param horizontal the name of the horizontal axis
   * @param vertical the name of the vertical axis
   */
  public static CurvePicture of(String title, String horizontal, String vertical) {
    return new CurvePicture(title, horizontal, vertical, ImmutableList.of(), null);
  }

  /**
   * The losses of a fit: medians of some hundred stretches of steps. The steep beginning leaves the
   * picture at its top, so that the end is seen.
   */
  public static CurvePicture losses(String title, Losses losses) {
    int n = losses.size();
    int points = Math.min(n, STRETCHES);
    double[] steps = new double[points];
    double[] medians = new double[points];
    for (int i = 0; i < points; i++) {
      int from = (int) ((long) n * i / points);
      int to = (int) ((long) n * (i + 1) / points);
      steps[i] = to;
      medians[i] = losses.median(from, to);
    }
    CurvePicture picture = of(title, "step", "loss").curve("loss", steps, medians);
    double[] finite = Arrays.stream(medians).filter(Double::isFinite).sorted().toArray();
    if (finite.length == 0) {
      return picture;
    }
    double min = finite[0];
    double max = finite[(int) ((finite.length - 1) * SHOWN)];
    return max > min ? picture.vertical(min - 0.05 * (max - min), max) : picture;
  }

  /**
   * With a curve.
   *
   * @param name in the legend, unlike those of the others
   * @throws IllegalArgumentException if there are not as many x as y, or the name is taken
   */
  public CurvePicture curve(String name, double[] x, double[] y) {
    return with(List.of(new Curve(name, x, y, Kind.LINE)));
  }

  /**
   * With points, such as the data that curves are of; what is added later is drawn over it.
   *
   * @param name in the legend, unlike those of the others
   * @throws IllegalArgumentException as {@link #curve}
   */
  public CurvePicture points(String name, double[] x, double[] y) {
    return with(List.of(new Curve(name, x, y, Kind.POINTS)));
  }

  /**
   * With points that have names, which a page shows where one is pointed at.
   *
   * @param labels one a point
   * @throws IllegalArgumentException as {@link #curve}, or if there are not as many labels
   */
  public CurvePicture points(String name, double[] x, double[] y, List<String> labels) {
    checkArgument(
        labels.size() == x.length,
        "points '%s' are %s and have %s labels; pass one for each",
        name,
        x.length,
        labels.size());
    return with(List.of(new Curve(name, x, y, Kind.POINTS, ImmutableList.copyOf(labels))));
  }

  /**
   * With a dashed curve that others are read by: a bound, an ideal, a prior.
   *
   * @param name in the legend, unlike those of the others
   * @throws IllegalArgumentException as {@link #curve}
   */
  public CurvePicture dashed(String name, double[] x, double[] y) {
    return with(List.of(new Curve(name, x, y, Kind.DASHED)));
  }

  /**
   * With many curves of one name, thin and light, for others to be drawn over: replicated data,
   * say.
   *
   * @param name in the legend once, unlike those of the others
   * @param x of each curve
   * @param y of each curve
   * @throws IllegalArgumentException if there is no curve, or as {@link #curve}
   */
  public CurvePicture curves(String name, List<double[]> x, List<double[]> y) {
    checkArgument(
        x.size() == y.size() && !x.isEmpty(),
        "curves '%s' are of %s x and %s y; pass both of each, of at least one",
        name,
        x.size(),
        y.size());
    return with(
        IntStream.range(0, x.size())
            .mapToObj(i -> new Curve(name, x.get(i), y.get(i), Kind.THIN))
            .toList());
  }

  /** With curves of one name. */
  private CurvePicture with(List<Curve> added) {
    String name = added.get(0).name();
    for (Curve curve : added) {
      checkArgument(
          curve.x().length == curve.y().length,
          "curve '%s' has %s x and %s y; pass one y for each x",
          name,
          curve.x().length,
          curve.y().length);
    }
    checkArgument(
        curves.stream().noneMatch(curve -> curve.name().equals(name)),
        "curve '%s' is in the picture already; give each its own name",
        name);
    ImmutableList.Builder<Curve> all = ImmutableList.<Curve>builder().addAll(curves);
    added.forEach(curve -> all.add(curve.within(FINITE)));
    return new CurvePicture(title, horizontal, vertical, all.build(), range);
  }

  /**
   * Showing this part of the vertical axis, and the points there, instead of all that there are.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public CurvePicture vertical(double min, double max) {
    checkArgument(min < max, "vertical axis is to go from %s to %s; pass them in order", min, max);
    return new CurvePicture(title, horizontal, vertical, curves, new Range(min, max));
  }

  @Override
  public int width() {
    return 720;
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    CurveChart.paint(this, graphics, width, height);
  }

  String title() {
    return title;
  }

  String horizontal() {
    return horizontal;
  }

  String vertical() {
    return vertical;
  }

  /** In the order in which they are drawn. */
  ImmutableList<Curve> curves() {
    return curves;
  }

  /** The part of the vertical axis that is shown; null for all of it. */
  @Nullable Range range() {
    return range;
  }
}
