package org.ppl4j.examples;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.tensor.Rng;

/**
 * Classifier two-sample test: how often a network tells on which of two sets of draws a row is, in
 * cross-validation; 0.5 if it cannot, 1 if it always can.
 *
 * <p>The protocol of the benchmark of simulation-based inference (Lueckmann et al. 2021): both sets
 * in units of the first; two hidden layers of 10 D rectified units; Adam, batches of 200 and a
 * penalty of 1e-4 |w|² / 2, until the loss has not fallen by 1e-4 for more than 10 epochs, as
 * scikit-learn's {@code MLPClassifier} does; accuracy, the mean of 5 shuffled folds. The folds are
 * trained at the same time, as one batch of networks.
 */
final class C2st {

  private static final int FOLDS = 5;
  private static final int UNITS_A_DIM = 10;
  private static final int BATCH = 200;
  private static final double TOLERANCE = 1e-4;
  private static final int PATIENCE = 10;
  private static final int MOST_EPOCHS = 10_000;

  private final int rows;
  private final long seed;
  private final double[] labels;
  private final long[] order;

  private C2st(int rows, long seed) {
    this.rows = rows;
    this.seed = seed;
    this.labels = new double[rows];
    Arrays.fill(labels, rows / 2, rows, 1);
    this.order = Rng.of(seed, Rng.Purpose.PLATE, 0, "c2st.folds").permutation(rows);
  }

  /**
   * The mean accuracy.
   *
   * @param reference (N, dim), row by row, whose mean and standard deviation are the units
   * @param other (N, dim), row by row
   * @throws IllegalArgumentException if there are not as many rows in both, a multiple of 5
   */
  static double score(double[] reference, double[] other, int dim, long seed) {
    checkArgument(
        reference.length == other.length && reference.length % (FOLDS * dim) == 0,
        "test has sets of %s and %s numbers; pass as many rows, a multiple of %s, of %s numbers",
        reference.length,
        other.length,
        FOLDS,
        dim);
    return new C2st(2 * reference.length / dim, seed).score(standard(reference, other, dim), dim);
  }

  private static double[] standard(double[] reference, double[] other, int dim) {
    double[] all = Arrays.copyOf(reference, 2 * reference.length);
    System.arraycopy(other, 0, all, reference.length, other.length);
    int n = reference.length / dim;
    for (int j = 0; j < dim; j++) {
      double mean = 0;
      for (int i = j; i < reference.length; i += dim) {
        mean += reference[i] / n;
      }
      double squares = 0;
      for (int i = j; i < reference.length; i += dim) {
        squares += (reference[i] - mean) * (reference[i] - mean);
      }
      double sd = Math.sqrt(squares / (n - 1));
      for (int i = j; i < all.length; i += dim) {
        all[i] = (all[i] - mean) / sd;
      }
    }
    return all;
  }

  private double score(double[] values, int dim) {
    double[] best = new double[FOLDS];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    int[] waited = new int[FOLDS];
    double sum = 0;
    List<Integer> folds = new ArrayList<>(IntStream.range(0, FOLDS).boxed().toList());
    try (NDManager manager = NDManager.newBaseManager();
        C2stNetworks networks = new C2stNetworks(FOLDS, dim, UNITS_A_DIM * dim, seed)) {
      NDArray x = manager.create(values, new Shape(rows, dim));
      for (int epoch = 0; epoch < MOST_EPOCHS && !folds.isEmpty(); epoch++) {
        double[] losses = epoch(networks, x, shuffled(folds, epoch));
        for (int k = folds.size() - 1; k >= 0; k--) {
          int fold = folds.get(k);
          waited[fold] = losses[k] > best[fold] - TOLERANCE ? waited[fold] + 1 : 0;
          best[fold] = Math.min(best[fold], losses[k]);
          if (waited[fold] > PATIENCE || epoch == MOST_EPOCHS - 1) {
            sum += accuracy(networks, x, k, fold);
            networks.remove(k);
            folds.remove(k);
          }
        }
      }
    }
    return sum / FOLDS;
  }

  /** The mean loss of each network over the batches of an epoch. */
  private double[] epoch(C2stNetworks networks, NDArray x, long[][] shuffled) {
    double[] losses = new double[shuffled.length];
    int all = shuffled[0].length;
    for (int from = 0; from < all; from += BATCH) {
      int to = Math.min(from + BATCH, all);
      long[][] chosen = new long[shuffled.length][];
      for (int k = 0; k < chosen.length; k++) {
        chosen[k] = Arrays.copyOfRange(shuffled[k], from, to);
      }
      double[] each = networks.step(x, chosen, labels);
      for (int k = 0; k < losses.length; k++) {
        losses[k] += each[k] * (to - from) / all;
      }
    }
    return losses;
  }

  /** The rows that each fold trains on, in an order of this epoch. */
  private long[][] shuffled(List<Integer> folds, int epoch) {
    int held = rows / FOLDS;
    long[][] all = new long[folds.size()][rows - held];
    for (int k = 0; k < all.length; k++) {
      int fold = folds.get(k);
      long[] positions =
          Rng.of(seed, Rng.Purpose.PLATE, epoch, "c2st.batches." + fold).permutation(rows - held);
      for (int i = 0; i < positions.length; i++) {
        int position = (int) positions[i];
        all[k][i] = order[position < fold * held ? position : position + held];
      }
    }
    return all;
  }

  /** How often a network is right on the rows that its fold has not seen. */
  private double accuracy(C2stNetworks networks, NDArray x, int network, int fold) {
    int held = rows / FOLDS;
    long[] chosen = Arrays.copyOfRange(order, fold * held, (fold + 1) * held);
    double[] logits = networks.logits(x, network, chosen);
    int right = 0;
    for (int i = 0; i < held; i++) {
      right += (logits[i] > 0) == (labels[(int) chosen[i]] == 1) ? 1 : 0;
    }
    return (double) right / held;
  }
}
