package com.example.own;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.infer.mcmc.MassEstimate;
import org.ppl4j.infer.mcmc.MassMatrix;
import org.ppl4j.infer.mcmc.Metric;

/**
 * A metric of one's own: scales are mean distances from the median, which a wild draw moves little.
 */
public final class MeanDistances implements Metric {

  @Override
  public MassEstimate estimate(int size) {
    List<double[]> draws = new ArrayList<>();
    return new MassEstimate() {
      @Override
      public void add(double[] position, double[] gradient) {
        draws.add(position.clone());
      }

      @Override
      public MassMatrix mass() {
        double[] variances = new double[size];
        Arrays.setAll(variances, i -> Math.PI / 2 * Math.pow(distance(i), 2)); // of a normal number
        return MassMatrix.diagonal(variances);
      }

      private double distance(int i) {
        double[] sorted = draws.stream().mapToDouble(draw -> draw[i]).sorted().toArray();
        double median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        double mean = Arrays.stream(sorted).map(x -> Math.abs(x - median)).average().orElse(1);
        return mean > 0 ? mean : 1;
      }

      @Override
      public void restart() {
        draws.clear();
      }
    };
  }

  @Override
  public String toString() {
    return "mean distances";
  }
}
