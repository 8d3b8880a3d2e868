package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ppl4j.constraints.IntegerInterval;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** The values of a discrete distribution, as points of weight 1. */
final class Enumeration {

  /** What may be left out of an infinite support. */
  private static final double REST = 1e-13;

  private static final int MOST = 1 << 20;

  private Enumeration() {}

  /** None for vectors whose values nobody lists. */
  static Optional<Quadrature> of(Run run, DistributionCase row, Distribution distribution) {
    if (row.sumOfCounts() >= 0) {
      return Optional.of(counts(run, row.sumOfCounts(), distribution));
    }
    if (distribution.eventShape().dimension() > 0
        && DistributionLaws.ifItExists(distribution::enumerateSupport).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        DistributionLaws.ifItExists(distribution::enumerateSupport).stream()
            .findFirst()
            .map(Enumeration::all)
            .orElseGet(
                () ->
                    distribution.support() instanceof IntegerInterval whole
                        ? between(
                            run, Tensors.values(whole.low())[0], Tensors.values(whole.high())[0])
                        : beginning(run, distribution)));
  }

  private static Quadrature between(Run run, double low, double high) {
    double[] x = IntStream.rangeClosed((int) low, (int) high).asDoubleStream().toArray();
    return all(run.create(x, new Shape(x.length)));
  }

  private static Quadrature all(NDArray values) {
    double[] ones = new double[Math.toIntExact(values.getShape().get(0))];
    Arrays.fill(ones, 1);
    return new Quadrature(values, ones);
  }

  /**
   * Whole numbers from the lowest on until what follows is negligible: once the ratio of successive
   * masses is monotone, the rest is at most a geometric series with the larger of the last ratio
   * and its limit, of which the last ratio of twice as many values is an estimate.
   */
  private static Quadrature beginning(Run run, Distribution distribution) {
    int lowest = distribution.support().contains(0) ? 0 : 1;
    for (int n = 64; n <= MOST; n *= 2) {
      double[] x = IntStream.range(lowest, lowest + n).asDoubleStream().toArray();
      NDArray values = run.create(x, new Shape(n));
      double[] logProb = Tensors.values(distribution.logProb(values));
      double last = Math.exp(logProb[n - 1] - logProb[n - 2]);
      double before = Math.exp(logProb[n / 2] - logProb[n / 2 - 1]);
      double ratio = Math.max(last, before);
      if (ratio < 1 && Math.exp(logProb[n - 1]) * ratio / (1 - ratio) < REST) {
        return all(values);
      }
    }
    throw new AssertionError(distribution + " has no negligible tail");
  }

  /** All vectors of counts with a sum. */
  private static Quadrature counts(Run run, int sum, Distribution distribution) {
    int size = Math.toIntExact(distribution.eventShape().get(0));
    List<Double> all = new ArrayList<>();
    fill(new double[size], 0, sum, all);
    Shape shape = new Shape(all.size() / size, size);
    return all(run.create(Doubles.toArray(all), shape));
  }

  private static void fill(double[] counts, int at, int left, List<Double> all) {
    if (at == counts.length - 1) {
      counts[at] = left;
      all.addAll(Doubles.asList(counts.clone()));
      return;
    }
    for (int k = 0; k <= left; k++) {
      counts[at] = k;
      fill(counts, at + 1, left - k, all);
    }
  }
}
