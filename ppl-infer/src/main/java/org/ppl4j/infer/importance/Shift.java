package org.ppl4j.infer.importance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.Trace;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * How far importance weights move the mean of the guide's draws: an estimate of how far that mean
 * is from the posterior's, good where k-hat is small. It sees what k-hat cannot: a mean one
 * standard deviation beside the posterior's leaves the weights a light tail.
 *
 * @param element of all numbers of the latent sites the one whose mean moves farthest, as {@link
 *     Summary} names it; empty if there is none
 * @param deviations by how many standard deviations of it, of the guide's or of the weighted draws,
 *     whichever is less
 */
public record Shift(String element, double deviations) {

  /** From here on a mean is said to be off; the figure's own error is about 0.1. */
  static final double THRESHOLD = 0.35;

  /** Of this element. */
  public Shift {
    requireNonNull(element, "element");
  }

  /** Of nothing. */
  public static Shift none() {
    return new Shift("", 0);
  }

  /** Whether the mean is off by more than the figure's error. */
  public boolean isWarning() {
    return deviations > THRESHOLD;
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
      Shift farthest = Shift.none();
      for (Map.Entry<String, OfSite> entry : sites.entrySet()) {
        OfSite site = entry.getValue();
        for (int i = 0; i < site.origin.length; i++) {
          double deviations = deviations(site, i);
          if (deviations > farthest.deviations()) {
            farthest = new Shift(entry.getKey() + Summary.subscript(site.shape, i), deviations);
          }
        }
      }
      return farthest;
    }

    /** NaN for a number that all draws have in common. */
    private double deviations(OfSite site, int i) {
      int size = site.origin.length;
      double plain = site.plain[i] / draws;
      double weighted = site.weighted[i] / weights;
      double variance =
          Math.min(
              site.plain[size + i] / draws - plain * plain,
              site.weighted[size + i] / weights - weighted * weighted);
      return variance > 0 ? Math.abs(weighted - plain) / Math.sqrt(variance) : Double.NaN;
    }
  }
}
