package org.ppl4j.infer.approximation;

import java.util.ArrayList;
import java.util.List;

/** The ends of searches, those first that are far from each other. */
final class Apart {

  /** A normal distribution of so much less evidence is none of the posterior's. */
  private static final double NATS = 10;

  private Apart() {}

  /**
   * The one of the greatest bound, then each time the one that is farthest from those before, in
   * units of the spread of all.
   */
  static List<NormalApproximation> of(PathfinderPosterior<?> found) {
    List<NormalApproximation> all = new ArrayList<>();
    double least = found.bound() - NATS - found.normal().size();
    for (int i = 0; i < found.normals().size(); i++) {
      if (found.bounds().get(i) >= least) {
        all.add(found.normals().get(i));
      }
    }
    double[] spread = spread(all);
    List<NormalApproximation> chosen = new ArrayList<>(List.of(all.remove(0)));
    while (!all.isEmpty()) {
      NormalApproximation farthest = all.get(0);
      double most = -1;
      for (NormalApproximation each : all) {
        double nearest = Double.POSITIVE_INFINITY;
        for (NormalApproximation one : chosen) {
          nearest = Math.min(nearest, distance(each.location(), one.location(), spread));
        }
        if (nearest > most) {
          most = nearest;
          farthest = each;
        }
      }
      all.remove(farthest);
      chosen.add(farthest);
    }
    return chosen;
  }

  /** The standard deviation of each coordinate of the locations; 1 where they are the same. */
  private static double[] spread(List<NormalApproximation> all) {
    int size = all.get(0).size();
    double[] sum = new double[size];
    double[] squares = new double[size];
    for (NormalApproximation each : all) {
      double[] at = each.location();
      for (int i = 0; i < size; i++) {
        sum[i] += at[i] / all.size();
      }
    }
    for (NormalApproximation each : all) {
      double[] at = each.location();
      for (int i = 0; i < size; i++) {
        squares[i] += (at[i] - sum[i]) * (at[i] - sum[i]) / all.size();
      }
    }
    for (int i = 0; i < size; i++) {
      squares[i] = squares[i] > 0 ? Math.sqrt(squares[i]) : 1;
    }
    return squares;
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
