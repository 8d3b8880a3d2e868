package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The normal distribution of rows, whose covariances are so much less than those of the rows as
 * makes rows likeliest, each by all others: not at all where rows are many, wholly where they say
 * nothing. Source: Hoffbeck and Landgrebe, "Covariance matrix estimation and classification with
 * limited training data" (1996), whose leave-one-out likelihood of mixed covariances it is; the
 * variances stay.
 *
 * @param share by how much covariances are less, from 0 to 1
 */
record ShrunkNormal(double share, JointNormal normal) {

  private static final double[] SHARES = {
    0, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.7,
    0.85, 1
  };

  /** So many are enough to judge by. */
  private static final int MOST_ROWS = 2000;

  /**
   * That of rows.
   *
   * @param contextDim how many numbers are a context, whose own likelihood does not count
   * @param rows by columns
   * @param moments theirs
   */
  static ShrunkNormal of(int contextDim, double[][] rows, Moments moments) {
    @Nullable ShrunkNormal best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (double share : SHARES) {
      JointNormal normal = JointNormal.of(moments.mean(), moments.shrunk(share));
      double logProb = normal == null ? Double.NaN : left(contextDim, rows, moments, share);
      if (logProb > most || (best == null && normal != null)) {
        best = new ShrunkNormal(share, requireNonNull(normal));
        most = Double.isNaN(logProb) ? most : logProb;
      }
    }
    return requireNonNull(best, "the diagonal has an inverse");
  }

  /** The mean log-density of rows but for a constant, each by all others; NaN if there is none. */
  static double left(int contextDim, double[][] rows, Moments moments, double share) {
    double n = moments.weight();
    double more = n / (n - 1);
    int size = moments.size();
    double[] most = moments.shrunk(share);
    for (int i = 0; i < most.length; i++) {
      most[i] += (more - 1) * (1 - share) * moments.covariance()[i];
    }
    JointNormal all = JointNormal.of(moments.mean(), most);
    if (all == null) {
      return Double.NaN;
    }
    int count = Math.min(rows[0].length, MOST_ROWS);
    double[][] white = all.whitened(size, rows, count);
    double times = (1 - share) * more * more / n;
    double logDet = 0;
    for (int j = contextDim; j < size; j++) {
      logDet += Math.log(all.factor(j, j));
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double square = 0;
      double ofContext = 0;
      for (int j = 0; j < size; j++) {
        square += white[j][i] * white[j][i];
        ofContext = j < contextDim ? square : ofContext;
      }
      sum += one(square, times, more) - one(ofContext, times, more);
    }
    return sum / count - logDet;
  }

  /** Of one row, less what is the same of all. */
  private static double one(double square, double times, double more) {
    double rest = 1 - times * square;
    return rest > 0 ? -0.5 * (Math.log(rest) + more * more * square / rest) : Double.NaN;
  }
}
