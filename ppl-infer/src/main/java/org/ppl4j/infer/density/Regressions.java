package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Erfc;
import org.ppl4j.internal.math.NormalQuantile;
import org.ppl4j.tensor.Rng;

/**
 * Each number of a row given the context and the numbers before it in an order: normal, with a mean
 * and a deviation that are functions of these.
 */
abstract class Regressions implements StandardDistribution {

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /** Which number of a row is the first that is given none of the others. */
  enum Order {
    FIRST_TO_LAST,
    LAST_TO_FIRST;

    /** The column of a number in this order, of so many columns; and the other way round. */
    int column(int number, int columns) {
      return this == FIRST_TO_LAST ? number : columns - 1 - number;
    }
  }

  private final int contextDim;
  private final Order order;

  /** Given contexts of so many numbers. */
  Regressions(int contextDim, Order order) {
    this.contextDim = contextDim;
    this.order = order;
  }

  final Order order() {
    return order;
  }

  final int contextDim() {
    return contextDim;
  }

  /**
   * The mean of a number.
   *
   * @param row the context and, in order, the numbers before, of which there may be more
   */
  abstract double mean(double[] row, int number);

  /** The deviation of a number about its mean, of the same row. */
  abstract double deviation(double[] row, int number);

  /** The context of a row, with place for its numbers. */
  private double[] begun(@Nullable Table x, int row) {
    double[] numbers = new double[contextDim + dim()];
    for (int j = 0; j < contextDim; j++) {
      numbers[j] = requireNonNull(x).number(row, j);
    }
    return numbers;
  }

  @Override
  public final double[] logProb(Tables tables) {
    double[] logs = new double[tables.rows()];
    for (int i = 0; i < logs.length; i++) {
      double[] row = begun(tables.x(), i);
      for (int j = 0; j < dim(); j++) {
        double number = tables.y().number(i, order.column(j, dim()));
        double deviation = deviation(row, j);
        double score = (number - mean(row, j)) / deviation;
        logs[i] -= 0.5 * score * score + HALF_LOG_TWO_PI + Math.log(deviation);
        row[contextDim + j] = number;
      }
    }
    return logs;
  }

  @Override
  public final double[] cdf(Tables tables) {
    double[] result = new double[tables.rows()];
    for (int i = 0; i < result.length; i++) {
      double[] row = begun(tables.x(), i);
      double score = (tables.y().number(i, 0) - mean(row, 0)) / deviation(row, 0);
      result[i] = 0.5 * Erfc.of(-score / Math.sqrt(2));
    }
    return result;
  }

  @Override
  public final double[] quantile(Tables probabilities) {
    double[] result = new double[probabilities.rows()];
    for (int i = 0; i < result.length; i++) {
      double[] row = begun(probabilities.x(), i);
      double score = NormalQuantile.of(probabilities.y().number(i, 0));
      result[i] = mean(row, 0) + deviation(row, 0) * score;
    }
    return result;
  }

  @Override
  public final Table sample(int count, @Nullable Table x, long call) {
    Rng rng = Rng.of(call, Rng.Purpose.PREDICT, 0, "density.additive");
    double[] values = new double[count * dim()];
    for (int i = 0; i < count; i++) {
      double[] row = begun(x, i);
      for (int j = 0; j < dim(); j++) {
        double number = mean(row, j) + deviation(row, j) * rng.nextNormal();
        row[contextDim + j] = number;
        values[i * dim() + order.column(j, dim())] = number;
      }
    }
    return new Table("sample", dim(), values);
  }

  /** It owns nothing. */
  @Override
  public final void close() {}
}
