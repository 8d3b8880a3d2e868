package org.ppl4j.infer.density;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/**
 * One column of K numbers, its levels, given contexts: log p(k | x) = b_k + f_k(x) up to a
 * constant, where f is a network, or 0 where levels do not depend on contexts. A cdf goes by the
 * order of the numbers.
 */
final class CategoryDistribution implements RowDistribution {

  static final String KIND = "category";

  private static final String LEVELS = "category.levels";
  private static final String OFFSETS = "category.offsets";
  private static final String CONTEXT_DIM = "category.contexts";

  private final double[] levels;
  private final double[] offsets;
  private final int contextDim;
  private final @Nullable LevelNetwork network;

  /**
   * With these.
   *
   * @param levels ascending
   * @param offsets b, one a level
   * @param contextDim how many columns a context has; 0 without
   * @param network f; null for 0
   */
  CategoryDistribution(
      double[] levels, double[] offsets, int contextDim, @Nullable LevelNetwork network) {
    this.levels = levels;
    this.offsets = offsets;
    this.contextDim = contextDim;
    this.network = network;
  }

  /** How many levels there are. */
  int size() {
    return levels.length;
  }

  /** The levels; not a copy. */
  double[] levels() {
    return levels;
  }

  /** Which level a number is, from 0; negative if it is none. */
  static int index(double[] levels, double number) {
    return Arrays.binarySearch(levels, number + 0.0);
  }

  /** The same, but for other offsets; it takes the network's place as owner. */
  CategoryDistribution moved(double[] by) {
    double[] moved = new double[size()];
    Arrays.setAll(moved, k -> offsets[k] + by[k]);
    return new CategoryDistribution(levels, moved, contextDim, network);
  }

  /** Whether levels depend on contexts. */
  boolean hasNetwork() {
    return network != null;
  }

  @Override
  public int dim() {
    return 1;
  }

  @Override
  public int contextDim() {
    return contextDim;
  }

  /** The log-probability of each level for each row, (N, K) row by row. */
  double[] logProbs(int rows, @Nullable Table contexts) {
    double[] logs =
        network == null || contexts == null ? new double[rows * size()] : network.scores(contexts);
    for (int i = 0; i < rows; i++) {
      normalise(logs, i * size(), offsets);
    }
    return logs;
  }

  /** Adds offsets to the scores of a row, and takes away the logarithm of their total. */
  static void normalise(double[] scores, int from, double[] offsets) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < offsets.length; k++) {
      scores[from + k] += offsets[k];
      max = Math.max(max, scores[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < offsets.length; k++) {
      sum += Math.exp(scores[from + k] - max);
    }
    double total = max + Math.log(sum);
    for (int k = 0; k < offsets.length; k++) {
      scores[from + k] -= total;
    }
  }

  @Override
  public double[] logProb(Tables tables) {
    double[] logs = logProbs(tables.rows(), tables.x());
    double[] result = new double[tables.rows()];
    Arrays.setAll(
        result,
        i -> {
          double number = tables.y().number(i, 0);
          int level = index(levels, number);
          if (Double.isNaN(number)) {
            return Double.NaN;
          }
          return level >= 0 ? logs[i * size() + level] : Double.NEGATIVE_INFINITY;
        });
    return result;
  }

  /** The probability of levels up to each, (N, K) row by row; the last is 1. */
  private double[] cumulated(int rows, @Nullable Table contexts) {
    double[] sums = logProbs(rows, contexts);
    for (int i = 0; i < sums.length; i++) {
      boolean isFirst = i % size() == 0;
      boolean isLast = i % size() == size() - 1;
      sums[i] = isLast ? 1 : Math.min(1, Math.exp(sums[i]) + (isFirst ? 0 : sums[i - 1]));
    }
    return sums;
  }

  @Override
  public double[] cdf(Tables tables) {
    return upTo(tables, true);
  }

  @Override
  public double[] below(Tables tables) {
    return upTo(tables, false);
  }

  private double[] upTo(Tables tables, boolean isIncluded) {
    double[] sums = cumulated(tables.rows(), tables.x());
    double[] result = new double[tables.rows()];
    Arrays.setAll(
        result,
        i -> {
          double number = tables.y().number(i, 0);
          if (Double.isNaN(number)) {
            return number;
          }
          int place = index(levels, number);
          int count = place >= 0 ? place + (isIncluded ? 1 : 0) : -place - 1;
          return count == 0 ? 0 : sums[i * size() + count - 1];
        });
    return result;
  }

  @Override
  public double[] quantile(Tables probabilities) {
    return places(probabilities.y().values(), probabilities.x());
  }

  /** For each probability the first level up to which there is so much. */
  private double[] places(double[] probabilities, @Nullable Table contexts) {
    double[] sums = cumulated(probabilities.length, contexts);
    double[] result = new double[probabilities.length];
    for (int i = 0; i < result.length; i++) {
      if (Double.isNaN(probabilities[i])) {
        result[i] = Double.NaN;
        continue;
      }
      int k = 0;
      while (k < size() - 1 && sums[i * size() + k] < probabilities[i]) {
        k++;
      }
      result[i] = levels[k];
    }
    return result;
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    Rng rng = Rng.of(stream, Rng.Purpose.PREDICT, 0, "density.level");
    double[] uniforms = new double[count];
    Arrays.setAll(uniforms, i -> rng.nextUniform());
    return new Table("sample", 1, places(uniforms, contexts));
  }

  /** Itself: what is near in the order of levels may be far. */
  @Override
  public RowDistribution recalibrated(Recalibration map) {
    return this;
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    DensityFile.put(file, LEVELS, levels);
    DensityFile.put(file, OFFSETS, offsets);
    file.put(CONTEXT_DIM, Integer.toString(contextDim));
    if (network != null) {
      network.write(file);
    }
  }

  /** The one in a file. */
  static CategoryDistribution read(TensorFile file, DensityFile.Reader reader) {
    double[] levels = DensityFile.numbers(file, LEVELS, 1);
    double[] offsets = Standardisation.vector(file, OFFSETS, levels.length);
    int contextDim = DensityFile.count(file, CONTEXT_DIM);
    return new CategoryDistribution(
        levels, offsets, contextDim, LevelNetwork.read(file, reader, contextDim, levels.length));
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
    }
  }
}
