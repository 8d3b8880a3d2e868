package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * One column of K numbers, its levels, given contexts: a mixture of softmaxes of networks, of which
 * each level has e^m times as much as the others, p(k | x) ∝ exp(m_k) Σ_j w_j softmax(f_j(x) +
 * b)_k. A cdf goes by the order of the numbers.
 */
final class CategoryDistribution implements RowDistribution {

  private static final Family FAMILY = Family.of(CategoryDistribution.class, 1);

  static final String KIND = "category";

  private static final String LEVELS = "category.levels";
  private static final String OFFSETS = "category.offsets";
  private static final String MOVES = "category.moves";
  private static final String WEIGHTS = "category.weights";
  private static final String CONTEXT_DIM = "category.contexts";

  private final double[] levels;
  private final double[] offsets;
  private final double[] moves;
  private final int contextDim;
  private final ImmutableList<Softmax> softmaxes;

  /**
   * A part of the mixture.
   *
   * @param network f; null for 0, where levels do not depend on contexts
   * @param weight w, greater than 0
   */
  record Softmax(@Nullable LevelScores network, double weight) {}

  private CategoryDistribution(
      double[] levels, double[] offsets, double[] moves, int contextDim, List<Softmax> softmaxes) {
    this.levels = levels;
    this.offsets = offsets;
    this.moves = moves;
    this.contextDim = contextDim;
    this.softmaxes = ImmutableList.copyOf(softmaxes);
  }

  /**
   * With these.
   *
   * @param levels ascending
   * @param offsets b, one a level
   * @param contextDim how many columns a context has; 0 without
   * @param softmaxes of weights whose sum is 1; their networks are closed with this
   */
  CategoryDistribution(double[] levels, double[] offsets, int contextDim, List<Softmax> softmaxes) {
    this(levels, offsets, new double[levels.length], contextDim, softmaxes);
  }

  /** Of levels that do not depend on contexts. */
  static CategoryDistribution of(double[] levels, double[] offsets, int contextDim) {
    return new CategoryDistribution(levels, offsets, contextDim, List.of(new Softmax(null, 1)));
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

  /** The same with m that are more by these; it takes the place of this as owner. */
  CategoryDistribution moved(double[] by) {
    double[] moved = new double[size()];
    Arrays.setAll(moved, k -> moves[k] + by[k]);
    return new CategoryDistribution(levels, offsets, moved, contextDim, softmaxes);
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
    double[][] parts = new double[softmaxes.size()][];
    for (int j = 0; j < parts.length; j++) {
      parts[j] = logProbs(softmaxes.get(j).network(), rows, contexts);
    }
    double[] weights = softmaxes.stream().mapToDouble(Softmax::weight).toArray();
    double[] logs = LogSums.of(parts, weights);
    for (int i = 0; i < rows; i++) {
      normalise(logs, i * size(), moves);
    }
    return logs;
  }

  /** Of one softmax. */
  private double[] logProbs(@Nullable LevelScores network, int rows, @Nullable Table contexts) {
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
  public CategoryDistribution recorded() {
    List<Softmax> all = new ArrayList<>();
    for (Softmax softmax : softmaxes) {
      LevelScores network = softmax.network();
      all.add(new Softmax(network == null ? null : network.recorded(), softmax.weight()));
    }
    return new CategoryDistribution(levels, offsets, moves, contextDim, all);
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    DensityFile.put(file, LEVELS, levels);
    DensityFile.put(file, OFFSETS, offsets);
    DensityFile.put(file, MOVES, moves);
    DensityFile.put(file, WEIGHTS, softmaxes.stream().mapToDouble(Softmax::weight).toArray());
    file.put(CONTEXT_DIM, Integer.toString(contextDim));
    for (int j = 0; j < softmaxes.size(); j++) {
      LevelScores network = softmaxes.get(j).network();
      if (network != null) {
        file.put(prefix(j), network::write);
      }
    }
  }

  private static String prefix(int softmax) {
    return "network/" + softmax + "/";
  }

  /** The one in a file. */
  static CategoryDistribution read(TensorFile file, DensityFile.Reader reader) {
    FAMILY.check(file);
    double[] levels = DensityFile.numbers(file, LEVELS, 1);
    double[] offsets = Standardisation.vector(file, OFFSETS, levels.length);
    double[] moves = Standardisation.vector(file, MOVES, levels.length);
    int contextDim = DensityFile.count(file, CONTEXT_DIM);
    double[] weights = DensityFile.numbers(file, WEIGHTS, 1);
    List<Softmax> softmaxes = new ArrayList<>();
    for (int j = 0; j < weights.length; j++) {
      softmaxes.add(
          new Softmax(
              LevelScores.read(file.part(prefix(j)), reader, contextDim, levels.length),
              weights[j]));
    }
    return new CategoryDistribution(levels, offsets, moves, contextDim, softmaxes);
  }

  @Override
  public void close() {
    softmaxes.stream().map(Softmax::network).filter(Objects::nonNull).forEach(LevelScores::close);
  }
}
