package org.ppl4j.infer.mcmc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.infer.latent.LogDensity;

/**
 * Vectors of one heap of a log density, where it and its gradient are finite.
 *
 * @param positions the vectors
 * @param gradients of the log density there
 * @param logDensity the mean of the log densities
 */
record Visited(List<double[]> positions, List<double[]> gradients, double logDensity) {

  /** Those of some vectors (N, D), row by row, where both are finite. */
  static Visited of(LogDensity<?> density, double[] vectors) {
    int size = density.size();
    List<double[]> positions = new ArrayList<>();
    List<double[]> gradients = new ArrayList<>();
    double sum = 0;
    for (int from = 0; from < vectors.length; from += size) {
      double[] u = Arrays.copyOfRange(vectors, from, from + size);
      double[] gradient = new double[size];
      double value = density.evaluateOrNaN(u, gradient);
      if (Double.isFinite(value) && Arrays.stream(gradient).allMatch(Double::isFinite)) {
        positions.add(u);
        gradients.add(gradient);
        sum += value;
      }
    }
    return new Visited(positions, gradients, sum / positions.size());
  }

  /** Whether they are enough to tell scales by. */
  boolean haveScales() {
    return positions.size() > 1;
  }

  /** The mean of the vectors, (D). */
  double[] mean() {
    double[] mean = new double[positions.get(0).length];
    for (double[] u : positions) {
      Arrays.setAll(mean, i -> mean[i] + u[i] / positions.size());
    }
    return mean;
  }

  /** Their scales. */
  LowRankMass scales() {
    return FisherEstimate.of(positions, gradients);
  }

  /** The logarithm of the mass of the heap, up to what is the same of all. */
  double logMass() {
    return logDensity + scales().logVolume();
  }
}
