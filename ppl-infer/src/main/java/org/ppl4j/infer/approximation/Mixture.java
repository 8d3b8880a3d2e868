package org.ppl4j.infer.approximation;

import com.google.common.collect.ImmutableList;
import java.util.stream.DoubleStream;
import org.ppl4j.tensor.Rng;

/**
 * Normal distributions of one vector that count alike.
 *
 * @param parts at least one
 */
record Mixture(ImmutableList<NormalApproximation> parts) {

  /**
   * Draws of the parts in turn, as many of each up to one; the first are the same however many
   * there are.
   *
   * @return (count, D), row by row
   */
  double[] draws(Rng noise, int count) {
    int size = parts.get(0).size();
    int each = (count + parts.size() - 1) / parts.size();
    double[] draws = new double[count * size];
    for (int part = 0; part < parts.size(); part++) {
      double[] own = parts.get(part).draws(noise.split(part), each);
      for (int i = part; i < count; i += parts.size()) {
        System.arraycopy(own, i / parts.size() * size, draws, i * size, size);
      }
    }
    return draws;
  }

  /** The log density of all of them together. */
  double logProb(double[] u) {
    double[] each = parts.stream().mapToDouble(part -> part.logProb(u)).toArray();
    double largest = DoubleStream.of(each).max().orElseThrow();
    double sum = DoubleStream.of(each).map(log -> Math.exp(log - largest)).sum();
    return largest + Math.log(sum / each.length);
  }
}
