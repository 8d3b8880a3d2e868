package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Erfc;
import org.ppl4j.internal.math.NormalQuantile;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A mixture of normal distributions of contexts and rows together, given the contexts. One normal
 * distribution is the linear regression with normal errors, and without contexts the normal
 * distribution itself; several are linear regressions, of which a context says how likely each is.
 *
 * <p>Given x, the share of the component k is w_k N(x; m_k, S_k) beside that of all, and y is
 * normal with the mean and the covariance that the component has given x.
 */
final class NormalMixture implements StandardDistribution {

  private static final Family FAMILY = Family.of(NormalMixture.class, 1);

  static final String KIND = "normals";

  /** So many rows are worked on at a time. */
  private static final int BLOCK = 256;

  /** A quantile is found when its bracket is so narrow, beside its size. */
  private static final double NARROW = 1e-15;

  private static final int MAX_STEPS = 200;

  private final int contextDim;
  private final double[] weights;
  private final double[] logWeights;
  private final ImmutableList<JointNormal> components;

  /**
   * Of these.
   *
   * @param contextDim how many numbers of each are the context, the first ones
   * @param weights positive, of sum 1
   * @param components of as many numbers each, at least one of them of the row
   */
  NormalMixture(int contextDim, double[] weights, List<JointNormal> components) {
    checkArgument(
        !components.isEmpty() && components.size() == weights.length,
        "mixture has %s components and %s weights; pass one weight each",
        components.size(),
        weights.length);
    this.contextDim = contextDim;
    this.weights = weights;
    this.logWeights = Arrays.stream(weights).map(Math::log).toArray();
    this.components = ImmutableList.copyOf(components);
  }

  @Override
  public int dim() {
    return size() - contextDim;
  }

  /** Of contexts and rows together. */
  private int size() {
    return components.get(0).size();
  }

  ImmutableList<JointNormal> components() {
    return components;
  }

  /** Of each component; not a copy. */
  double[] weights() {
    return weights;
  }

  // --- rows in blocks

  /** By columns: contexts, then rows. */
  static double[][] columns(Tables tables, int from, int to) {
    Table x = tables.x();
    Table y = tables.y();
    int contexts = tables.contextDim();
    double[][] columns = new double[contexts + y.columns()][to - from];
    for (int j = 0; j < columns.length; j++) {
      for (int i = from; i < to; i++) {
        columns[j][i - from] =
            j < contexts ? requireNonNull(x).number(i, j) : y.number(i, j - contexts);
      }
    }
    return columns;
  }

  /**
   * Some rows, of which contexts and maybe more are known.
   *
   * @param from the first of them, of all
   * @param white of each component, what is known of the rows
   * @param shares the logarithm of each component's probability given the context, of each row
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(int from, int count, double[][][] white, double[][] shares) {}

  @FunctionalInterface
  private interface ForBlock {
    void of(Block block);
  }

  private void each(Tables tables, boolean isRowKnown, ForBlock function) {
    int known = isRowKnown ? size() : contextDim;
    for (int from = 0; from < tables.rows(); from += BLOCK) {
      int count = Math.min(BLOCK, tables.rows() - from);
      double[][] columns = columns(tables, from, from + count);
      double[][][] white = new double[components.size()][][];
      double[][] shares = new double[components.size()][];
      for (int k = 0; k < white.length; k++) {
        white[k] = components.get(k).whitened(known, columns, count);
        shares[k] = components.get(k).logProb(0, contextDim, white[k], count);
        for (int i = 0; i < count; i++) {
          shares[k][i] += logWeights[k];
        }
      }
      double[] all = LogSums.of(shares);
      for (double[] own : shares) {
        for (int i = 0; i < count; i++) {
          own[i] -= all[i];
        }
      }
      function.of(new Block(from, count, white, shares));
    }
  }

  // --- what it answers

  @Override
  public double[] logProb(Tables tables) {
    double[] result = new double[tables.rows()];
    each(
        tables,
        true,
        block -> {
          double[][] logs = new double[components.size()][];
          for (int k = 0; k < logs.length; k++) {
            logs[k] =
                components.get(k).logProb(contextDim, size(), block.white()[k], block.count());
            for (int i = 0; i < block.count(); i++) {
              logs[k][i] += block.shares()[k][i];
            }
          }
          System.arraycopy(LogSums.of(logs), 0, result, block.from(), block.count());
        });
    return result;
  }

  @Override
  public double[] cdf(Tables tables) {
    double[] result = new double[tables.rows()];
    each(
        tables,
        false,
        block -> {
          for (int i = 0; i < block.count(); i++) {
            int row = block.from() + i;
            result[row] = Normals.of(this, block, i).cdf(tables.y().number(row, 0));
          }
        });
    return result;
  }

  @Override
  public double[] quantile(Tables probabilities) {
    double[] result = new double[probabilities.rows()];
    each(
        probabilities,
        false,
        block -> {
          for (int i = 0; i < block.count(); i++) {
            int row = block.from() + i;
            result[row] = Normals.of(this, block, i).quantile(probabilities.y().number(row, 0));
          }
        });
    return result;
  }

  /**
   * The mixture of one number, given a context.
   *
   * @param shares of each component
   * @param means of each
   * @param deviations of each
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Normals(double[] shares, double[] means, double[] deviations) {

    static Normals of(NormalMixture mixture, Block block, int row) {
      int size = mixture.components.size();
      Normals normals = new Normals(new double[size], new double[size], new double[size]);
      for (int k = 0; k < size; k++) {
        JointNormal component = mixture.components.get(k);
        int y = mixture.contextDim;
        normals.shares[k] = Math.exp(block.shares()[k][row]);
        normals.means[k] = component.mean(y, block.white()[k], y, row);
        normals.deviations[k] = component.factor(y, y);
      }
      return normals;
    }

    /** The probability of less, or of more, whichever is asked for. */
    private double probability(double number, double sign) {
      double sum = 0;
      for (int k = 0; k < shares.length; k++) {
        double score = sign * (number - means[k]) / deviations[k];
        sum += shares[k] * 0.5 * Erfc.of(-score / Math.sqrt(2));
      }
      return sum;
    }

    double cdf(double number) {
      return Math.min(1, probability(number, 1));
    }

    /** By bisection, between the least and the greatest of the components. */
    double quantile(double probability) {
      double score = NormalQuantile.of(probability);
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < shares.length; k++) {
        if (!(shares[k] == 0)) {
          double own = means[k] + deviations[k] * score;
          low = Math.min(low, own);
          high = Math.max(high, own);
        }
      }
      // The smaller tail is the exact one.
      double sign = probability < 0.5 ? 1 : -1;
      double tail = probability < 0.5 ? probability : 1 - probability;
      for (int step = 0; step < MAX_STEPS && isWide(low, high); step++) {
        double middle = low + (high - low) / 2;
        boolean isLess = sign * (probability(middle, sign) - tail) < 0;
        if (isLess) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return high;
    }

    private static boolean isWide(double low, double high) {
      return Double.isFinite(high - low)
          && high - low > NARROW * Math.max(Math.abs(low), Math.abs(high));
    }
  }

  @Override
  public Table sample(int count, @Nullable Table x, long call) {
    Rng rng = Rng.of(call, Rng.Purpose.PREDICT, 0, "density.normals");
    int dim = dim();
    double[] values = new double[count * dim];
    Tables given = new Tables(new Table("none", 1, new double[count]), x);
    each(
        given,
        false,
        block -> {
          double[] noise = new double[dim];
          for (int i = 0; i < block.count(); i++) {
            int chosen = chosen(block.shares(), i, rng.nextUniform());
            for (int j = 0; j < dim; j++) {
              noise[j] = rng.nextNormal();
            }
            JointNormal component = components.get(chosen);
            for (int j = 0; j < dim; j++) {
              double sum = component.mean(contextDim + j, block.white()[chosen], contextDim, i);
              for (int k = 0; k <= j; k++) {
                sum += component.factor(contextDim + j, contextDim + k) * noise[k];
              }
              values[(block.from() + i) * dim + j] = sum;
            }
          }
        });
    return new Table("sample", dim, values);
  }

  private static int chosen(double[][] shares, int row, double uniform) {
    int k = 0;
    for (double rest = uniform - Math.exp(shares[0][row]); rest >= 0 && k < shares.length - 1; ) {
      rest -= Math.exp(shares[++k][row]);
    }
    return k;
  }

  // --- files

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    int count = components.size();
    int size = size();
    double[] means = new double[count * size];
    double[] factors = new double[count * size * size];
    for (int k = 0; k < count; k++) {
      System.arraycopy(components.get(k).mean(), 0, means, k * size, size);
      System.arraycopy(components.get(k).factor(), 0, factors, k * size * size, size * size);
    }
    file.put("normals.weights", FloatType.FLOAT64, new Shape(count), weights);
    file.put("normals.means", FloatType.FLOAT64, new Shape(count, size), means);
    file.put("normals.factors", FloatType.FLOAT64, new Shape(count, size, size), factors);
  }

  /**
   * The one in a file.
   *
   * @param contextDim how many columns a context has, in standard units
   * @param dim how many numbers a row has
   * @throws IllegalArgumentException if there is none of such
   */
  static NormalMixture read(TensorFile file, int contextDim, int dim) {
    FAMILY.check(file);
    int size = contextDim + dim;
    double[] weights = Standardisation.entry(file, "normals.weights");
    int count = weights.length;
    double[] means = Standardisation.vector(file, "normals.means", count * size);
    double[] factors = Standardisation.vector(file, "normals.factors", count * size * size);
    ImmutableList.Builder<JointNormal> all = ImmutableList.builder();
    for (int k = 0; k < count; k++) {
      all.add(
          new JointNormal(
              Arrays.copyOfRange(means, k * size, (k + 1) * size),
              Arrays.copyOfRange(factors, k * size * size, (k + 1) * size * size)));
    }
    return new NormalMixture(contextDim, weights, all.build());
  }

  /** It owns nothing. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    String of = contextDim == 0 ? "normal distribution" : "linear regression";
    return components.size() == 1 ? of : "mixture of %s %ss".formatted(components.size(), of);
  }
}
