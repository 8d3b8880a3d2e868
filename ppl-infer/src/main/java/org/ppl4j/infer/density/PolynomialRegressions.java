package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Each number of a row given the context and the numbers before it: normal, with a mean that is a
 * polynomial of third degree of these, so that they may work on each other, and a deviation whose
 * logarithm is a sum of their multiples and those of their squares. Beyond where rows were, both
 * are what they are at the edge. Cost of a number given m others: O(m³).
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
final class PolynomialRegressions extends Regressions {

  private static final Family FAMILY = Family.of(PolynomialRegressions.class, 1);

  static final String KIND = "polynomial";
  static final String KIND_FROM_LAST = "polynomial from the last";

  /** A variance is e to this power times the mean one at most, and no less than the inverse. */
  private static final double MOST_LOG_RATIO = 3;

  /**
   * The regression of one number.
   *
   * @param coefficients of the monomials in {@linkplain #sum order}
   * @param scale the logarithm of the mean variance; what is added to it; and for each number
   *     before, by how much per unit, and per unit of its square above 1
   * @param kernel that found it; null of one from a file
   */
  record One(double[] coefficients, double[] scale, @Nullable Kernel kernel) {}

  /**
   * A kernel of {@link PolynomialFit}.
   *
   * @param weights of its three powers
   * @param shares of the numbers before, 1 on average
   */
  record Kernel(double[] weights, double[] shares) {

    static Kernel equal(int numbers, double[] weights) {
      return new Kernel(weights, Doubles.toArray(Collections.nCopies(numbers, 1.0)));
    }
  }

  private final List<One> each;
  private final double[] low;
  private final double[] high;

  /**
   * Of these.
   *
   * @param each in order, as are the columns of what follows
   * @param low the least number of each column of rows, context and all
   * @param high the greatest
   */
  PolynomialRegressions(int contextDim, Order order, List<One> each, double[] low, double[] high) {
    super(contextDim, order);
    this.each = each;
    this.low = low;
    this.high = high;
  }

  /** How many monomials of degree 0 to 3 there are of so many numbers. */
  static int size(int numbers) {
    return (int) ((numbers + 1L) * (numbers + 2) * (numbers + 3) / 6);
  }

  /** How many numbers a scale has. */
  private static int scaleSize(int numbers) {
    return 2 + 2 * numbers;
  }

  /**
   * A polynomial of some numbers: c + Σ_i z_i (b_i + Σ_{j ≥ i} z_j (q_ij + Σ_{k ≥ j} t_ijk z_k)),
   * whose coefficients stand in the order in which they are met here.
   */
  static double sum(double[] z, double[] coefficients) {
    int at = 0;
    double sum = coefficients[at++];
    for (int i = 0; i < z.length; i++) {
      double ofOne = coefficients[at++];
      for (int j = i; j < z.length; j++) {
        double ofTwo = coefficients[at++];
        for (int k = j; k < z.length; k++) {
          ofTwo += coefficients[at++] * z[k];
        }
        ofOne += z[j] * ofTwo;
      }
      sum += z[i] * ofOne;
    }
    return sum;
  }

  /** The logarithm of a variance by that of the mean one. */
  static double logRatio(double[] z, double[] scale) {
    double sum = scale[1];
    for (int j = 0; j < z.length; j++) {
      sum += z[j] * scale[2 + 2 * j] + (z[j] * z[j] - 1) * scale[3 + 2 * j];
    }
    return Math.max(-MOST_LOG_RATIO, Math.min(MOST_LOG_RATIO, sum));
  }

  /** That which found the regression of a number, unless it is from a file. */
  Kernel kernel(int number) {
    return requireNonNull(each.get(number).kernel());
  }

  @Override
  public int dim() {
    return each.size();
  }

  private double within(double number, int column) {
    return Math.max(low[column], Math.min(high[column], number));
  }

  /** The numbers before one, where rows were. */
  private double[] before(double[] row, int number) {
    double[] z = new double[contextDim() + number];
    Arrays.setAll(z, j -> within(row[j], j));
    return z;
  }

  @Override
  double mean(double[] row, int number) {
    double sum = sum(before(row, number), each.get(number).coefficients());
    return within(sum, contextDim() + number);
  }

  @Override
  double deviation(double[] row, int number) {
    double[] scale = each.get(number).scale();
    return Math.exp(0.5 * (scale[0] + logRatio(before(row, number), scale)));
  }

  // --- files

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, order() == Order.FIRST_TO_LAST ? KIND : KIND_FROM_LAST);
    FAMILY.write(file);
    DensityFile.put(file, "polynomial.low", low);
    DensityFile.put(file, "polynomial.high", high);
    DensityFile.put(file, "polynomial.coefficients", all(One::coefficients));
    DensityFile.put(file, "polynomial.scales", all(One::scale));
  }

  private double[] all(Function<One, double[]> part) {
    return each.stream().map(part).flatMapToDouble(Arrays::stream).toArray();
  }

  /**
   * Those in a file, as {@link NormalMixture#read}.
   *
   * @throws IllegalArgumentException if there are none of such
   */
  static PolynomialRegressions read(TensorFile file, int contextDim, int dim) {
    Order order =
        KIND_FROM_LAST.equals(file.text(DensityFile.KIND))
            ? Order.LAST_TO_FIRST
            : Order.FIRST_TO_LAST;
    FAMILY.check(file);
    int size = 0;
    int scaleSize = 0;
    for (int j = 0; j < dim; j++) {
      size += size(contextDim + j);
      scaleSize += scaleSize(contextDim + j);
    }
    double[] coefficients = Standardisation.vector(file, "polynomial.coefficients", size);
    double[] scales = Standardisation.vector(file, "polynomial.scales", scaleSize);
    One[] each = new One[dim];
    int at = 0;
    int scaleAt = 0;
    for (int j = 0; j < dim; j++) {
      int end = at + size(contextDim + j);
      int scaleEnd = scaleAt + scaleSize(contextDim + j);
      each[j] =
          new One(
              Arrays.copyOfRange(coefficients, at, end),
              Arrays.copyOfRange(scales, scaleAt, scaleEnd),
              null);
      at = end;
      scaleAt = scaleEnd;
    }
    return new PolynomialRegressions(
        contextDim,
        order,
        List.of(each),
        Standardisation.vector(file, "polynomial.low", contextDim + dim),
        Standardisation.vector(file, "polynomial.high", contextDim + dim));
  }

  @Override
  public String toString() {
    return dim() == 1
        ? "polynomial regression"
        : order() == Order.FIRST_TO_LAST
            ? "polynomial regressions"
            : "polynomial regressions from the last";
  }
}
