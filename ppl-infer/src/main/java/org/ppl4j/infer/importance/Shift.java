package org.ppl4j.infer.importance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ppl4j.Trace;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * How far importance weights move the mean of the guide's draws, and how much they widen it: an
 * estimate of how far mean and standard deviation are from the posterior's, good where k-hat is
 * small. It sees what k-hat cannot: a mean one standard deviation beside the posterior's leaves the
 * weights a light tail.
 *
 * @param element of all numbers of the latent sites the one whose mean moves farthest, as {@link
 *     Summary} names it; empty if there is none
 * @param deviations by how many standard deviations of it, of the guide's or of the weighted draws,
 *     whichever is less
 * @param widest of all numbers the one whose standard deviation changes most; empty if there is
 *     none
 * @param ratio the standard deviation of its draws over that of the weighted ones
 */
public record Shift(String element, double deviations, String widest, double ratio) {

  /** A mean that is off by so much is told of, in standard deviations; a spread, in logarithms. */
  static final double NOTED = 0.1;

  /** By so much it is warned of: what a constant rate leaves is within it. */
  static final double LARGE = 0.25;

  /** So many errors of the figures are no noise, whatever the number of elements. */
  private static final double ERRORS = 4;

  /** Of these elements. */
  public Shift {
    requireNonNull(element, "element");
    requireNonNull(widest, "widest");
  }

  /** Of a mean alone. */
  public Shift(String element, double deviations) {
    this(element, deviations, "", 1);
  }

  /** Of nothing. */
  public static Shift none() {
    return new Shift("", 0);
  }

  /**
   * Whether the mean is off by more than some standard deviations, and than noise explains.
   *
   * @param error how far weights move a mean by chance, in standard deviations
   */
  private boolean isFar(double threshold, double error) {
    return deviations > Math.max(threshold, ERRORS * error);
  }

  /** Whether the logarithm of the spread is, which has √½ of the error of a mean. */
  private boolean isWide(double threshold, double error) {
    return Math.abs(Math.log(ratio)) > Math.max(threshold, ERRORS * error * Math.sqrt(0.5));
  }

  /** Which mean and which spread are off, in words; empty if neither is by a threshold. */
  String words(double threshold, double error) {
    String mean =
        isFar(threshold, error)
            ? String.format(
                Locale.ROOT,
                "the mean of '%s' is %.2f standard deviations off",
                element,
                deviations)
            : "";
    String spread =
        isWide(threshold, error)
            ? String.format(
                Locale.ROOT,
                "the standard deviation of '%s' is %.2f times what it should be",
                widest,
                ratio)
            : "";
    return mean + (mean.isEmpty() || spread.isEmpty() ? "" : ", ") + spread;
  }

  /** Sums over the draws of several runs. */
  static final class Sums {

    /** Of one site, relative to its first draw: of draws and squares, plain and weighted. */
    private static final class OfSite {
      final Shape shape;
      final double[] origin;
      final double[] plain;
      final double[] weighted;

      OfSite(Shape shape, double[] origin) {
        this.shape = shape;
        this.origin = origin;
        this.plain = new double[2 * origin.length];
        this.weighted = new double[2 * origin.length];
      }
    }

    private final Map<String, Shape> shapes;
    private final Map<String, OfSite> sites = new LinkedHashMap<>();
    private double largest = Double.NEGATIVE_INFINITY;
    private double weights;
    private long draws;

    /** Of these sites, each with the shape of one draw. */
    Sums(Map<String, Shape> shapes) {
      this.shapes = shapes;
    }

    /**
     * Adds the draws of one run.
     *
     * @param model with a particle for each
     */
    void add(Run run, Trace model, double[] logWeights) {
      int count = logWeights.length;
      double before = largest;
      largest = Math.max(before, Arrays.stream(logWeights).max().orElseThrow());
      double rescale = before == largest ? 1 : Math.exp(before - largest);
      double[] factors = new double[2 * count];
      Arrays.fill(factors, 0, count, 1);
      for (int i = 0; i < count; i++) {
        boolean counts = logWeights[i] > Double.NEGATIVE_INFINITY;
        factors[count + i] = counts ? Math.exp(logWeights[i] - largest) : 0;
      }
      weights = rescale * weights + Arrays.stream(factors, count, 2 * count).sum();
      draws += count;
      NDArray both = run.create(factors, new Shape(2, count));
      for (Map.Entry<String, Shape> site : shapes.entrySet()) {
        NDArray values = Draws.rows(run, model.value(site.getKey()), count, site.getValue());
        add(run, site.getKey(), Tensors.reshape(values, new Shape(count, -1)), both, rescale);
      }
    }

    private void add(Run run, String name, NDArray values, NDArray factors, double rescale) {
      OfSite site =
          sites.computeIfAbsent(
              name, key -> new OfSite(requireNonNull(shapes.get(key)), first(values)));
      int size = site.origin.length;
      NDArray centred = values.sub(run.create(site.origin, new Shape(size)));
      NDArray both = Tensors.concat(List.of(centred, centred.mul(centred)), -1);
      double[] sums = Tensors.values(Tensors.matMul(factors, both));
      for (int i = 0; i < 2 * size; i++) {
        site.plain[i] += sums[i];
        site.weighted[i] = rescale * site.weighted[i] + sums[2 * size + i];
      }
    }

    private static double[] first(NDArray values) {
      return Tensors.values(Tensors.range(values, -2, 0, 1));
    }

    /** The largest of all; none if no weight is above 0. */
    Shift shift() {
      String element = "";
      double farthest = 0;
      String widest = "";
      double ratio = 1;
      for (Map.Entry<String, OfSite> entry : sites.entrySet()) {
        OfSite site = entry.getValue();
        for (int i = 0; i < site.origin.length; i++) {
          double plain = site.plain[i] / draws;
          double weighted = site.weighted[i] / weights;
          double of = site.plain[site.origin.length + i] / draws - plain * plain;
          double should = site.weighted[site.origin.length + i] / weights - weighted * weighted;
          if (!(Math.min(of, should) > 0)) {
            continue; // a number that all draws have in common
          }
          double deviations = Math.abs(weighted - plain) / Math.sqrt(Math.min(of, should));
          double times = Math.sqrt(of / should);
          if (deviations > farthest) {
            farthest = deviations;
            element = entry.getKey() + Summary.subscript(site.shape, i);
          }
          if (Math.abs(Math.log(times)) > Math.abs(Math.log(ratio))) {
            ratio = times;
            widest = entry.getKey() + Summary.subscript(site.shape, i);
          }
        }
      }
      return new Shift(element, farthest, widest, ratio);
    }
  }
}
