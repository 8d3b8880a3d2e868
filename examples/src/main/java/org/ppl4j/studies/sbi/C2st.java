package org.ppl4j.studies.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import com.google.common.primitives.Longs;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ppl4j.tensor.Rng;

/**
 * Classifier two-sample test: how often a network tells on which of two sets of draws a row is, in
 * cross-validation; 0.5 if it cannot, 1 if it always can.
 *
 * <p>The protocol of the benchmark of simulation-based inference (Lueckmann et al. 2021): both sets
 * in units of the first; two hidden layers of 10 D rectified units; Adam, batches of 200 and a
 * penalty of 1e-4 |w|² / 2, until the loss has not fallen by 1e-4 for more than 10 epochs, as
 * scikit-learn's {@code MLPClassifier} does; accuracy, the mean of 5 shuffled folds, which are
 * trained at the same time on as many threads as there are processors.
 */
public final class C2st {

  private static final int FOLDS = 5;
  private static final int UNITS_A_DIM = 10;
  private static final int BATCH = 200;
  private static final double TOLERANCE = 1e-4;
  private static final int PATIENCE = 10;
  static final int MOST_EPOCHS = 10_000;

  private final int rows;
  private final long seed;
  private final int mostEpochs;
  private final double[] labels;
  private final long[] order;

  private C2st(int rows, long seed, int mostEpochs) {
    this.rows = rows;
    this.seed = seed;
    this.mostEpochs = mostEpochs;
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
  public static double score(double[] reference, double[] other, int dim, long seed) {
    return score(reference, other, dim, seed, MOST_EPOCHS);
  }

  /** The same of classifiers that may not have learned all that they could. */
  static double score(double[] reference, double[] other, int dim, long seed, int mostEpochs) {
    checkArgument(
        reference.length == other.length && reference.length % (FOLDS * dim) == 0,
        "test has sets of %s and %s numbers; pass as many rows, a multiple of %s, of %s numbers",
        reference.length,
        other.length,
        FOLDS,
        dim);
    return new C2st(2 * reference.length / dim, seed, mostEpochs)
        .score(standard(reference, other, dim), dim);
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
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(values, new Shape(rows, dim));
      return Stats.meanOf(
          IntStream.range(0, FOLDS)
              .parallel()
              .mapToDouble(fold -> accuracy(x, dim, fold))
              .toArray());
    }
  }

  /** How often a network that learns from the rows outside a fold is right on those in it. */
  private double accuracy(NDArray x, int dim, int fold) {
    int from = fold * (rows / FOLDS);
    int to = from + rows / FOLDS;
    long[] seen = Longs.concat(Arrays.copyOf(order, from), Arrays.copyOfRange(order, to, rows));
    long[] unseen = Arrays.copyOfRange(order, from, to);
    Rng weights = Rng.of(seed, Rng.Purpose.INITIAL, 0, "c2st.weights." + fold);
    try (C2stNetwork network = new C2stNetwork(dim, UNITS_A_DIM * dim, weights)) {
      double best = Double.POSITIVE_INFINITY;
      int waited = 0;
      for (int epoch = 0; epoch < mostEpochs && waited <= PATIENCE; epoch++) {
        Rng shuffling = Rng.of(seed, Rng.Purpose.PLATE, epoch, "c2st.batches." + fold);
        double loss = epoch(network, x, shuffled(seen, shuffling));
        waited = loss > best - TOLERANCE ? waited + 1 : 0;
        best = Math.min(best, loss);
      }
      double[] logits = network.logits(x, unseen);
      int right = 0;
      for (int i = 0; i < unseen.length; i++) {
        right += (logits[i] > 0) == (labels[(int) unseen[i]] == 1) ? 1 : 0;
      }
      return (double) right / unseen.length;
    }
  }

  /** The mean loss over the batches of an epoch. */
  private double epoch(C2stNetwork network, NDArray x, long[] shuffled) {
    double sum = 0;
    for (int from = 0; from < shuffled.length; from += BATCH) {
      int to = Math.min(from + BATCH, shuffled.length);
      sum += network.step(x, Arrays.copyOfRange(shuffled, from, to), labels) * (to - from);
    }
    return sum / shuffled.length;
  }

  private static long[] shuffled(long[] all, Rng rng) {
    return Arrays.stream(rng.permutation(all.length)).map(i -> all[(int) i]).toArray();
  }
}
