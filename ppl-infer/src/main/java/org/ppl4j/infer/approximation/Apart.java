package org.ppl4j.infer.approximation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The ends of searches, those first that are far from each other. */
final class Apart {

  /** A normal distribution of so much less evidence is none of the posterior's. */
  private static final double NATS = 10;

  /** Less than any distance. */
  private static final double TAKEN = -1;

  private Apart() {}

  /**
   * The one of the greatest bound, then each time the one that is farthest from those before, in
   * units of the spread of all.
   */
  static List<NormalApproximation> of(PathfinderPosterior<?> found) {
    List<NormalApproximation> normals = found.normals();
    List<Double> bounds = found.bounds();
    double least = found.bound() - NATS - found.normal().size();
    List<NormalApproximation> kept =
        IntStream.range(0, normals.size())
            .filter(i -> bounds.get(i) >= least)
            .mapToObj(normals::get)
            .toList();
    double[][] all = kept.stream().map(NormalApproximation::location).toArray(double[][]::new);
    double[] spread = spread(all);
    double[] nearest = new double[all.length]; // the distance to the nearest of those chosen
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    List<NormalApproximation> chosen = new ArrayList<>();
    for (int next = 0; next >= 0; next = farthest(nearest)) {
      chosen.add(kept.get(next));
      for (int i = 0; i < all.length; i++) {
        nearest[i] = Math.min(nearest[i], distance(all[i], all[next], spread));
      }
      nearest[next] = TAKEN;
    }
    return chosen;
  }

  /** The standard deviation of each coordinate of the locations; 1 where they are the same. */
  private static double[] spread(double[][] all) {
    int size = all[0].length;
    double[] sum = new double[size];
    double[] squares = new double[size];
    for (double[] at : all) {
      for (int i = 0; i < size; i++) {
        sum[i] += at[i] / all.length;
      }
    }
    for (double[] at : all) {
      for (int i = 0; i < size; i++) {
        squares[i] += (at[i] - sum[i]) * (at[i] - sum[i]) / all.length;
      }
    }
    for (int i = 0; i < size; i++) {
      squares[i] = squares[i] > 0 ? Math.sqrt(squares[i]) : 1;
    }
    return squares;
  }

  /** The place of the greatest distance, the first of equal ones; -1 if all are taken. */
  private static int farthest(double[] nearest) {
    int farthest = -1;
    for (int i = 0; i < nearest.length; i++) {
      if (nearest[i] > (farthest < 0 ? TAKEN : nearest[farthest])) {
        farthest = i;
      }
    }
    return farthest;
  }

  private static double distance(double[] one, double[] other, double[] spread) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double z = (one[i] - other[i]) / spread[i];
      sum += z * z;
    }
    return sum;
  }
}
