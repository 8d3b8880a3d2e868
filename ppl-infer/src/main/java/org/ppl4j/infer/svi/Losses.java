package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;
import static com.google.common.base.Preconditions.checkPositionIndex;
import static java.util.Objects.requireNonNull;

import com.google.common.math.Quantiles;
import java.util.Arrays;
import java.util.Map;

/**
 * The losses of a fit, one a step, oldest first. Losses of skipped steps stay as they were (NaN or
 * infinite); medians count them as the largest.
 */
public final class Losses {

  private double[] values = new double[1024];
  private int size;

  /** No losses yet. */
  public Losses() {}

  /** These losses. */
  public static Losses of(double... values) {
    Losses losses = new Losses();
    for (double value : values) {
      losses.add(value);
    }
    return losses;
  }

  void add(double loss) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = loss;
  }

  /** Removes the newest. */
  void removeLast(int count) {
    checkPositionIndex(count, size, "count");
    size -= count;
  }

  /** The number of steps. */
  public int size() {
    return size;
  }

  /**
   * The loss of one step.
   *
   * @param step from 0 to size − 1
   */
  public double get(int step) {
    checkElementIndex(step, size, "step");
    return values[step];
  }

  /** All of them, in a new array. */
  public double[] toArray() {
    return Arrays.copyOf(values, size);
  }

  /**
   * The median of steps {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @throws IllegalArgumentException if this is empty or reaches beyond the losses
   */
  public double median(int from, int to) {
    return Quantiles.median().computeInPlace(window(from, to));
  }

  /** The mean of steps {@code from} to {@code to} (exclusive). */
  double mean(int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }

  /** The interquartile range of steps {@code from} to {@code to} (exclusive). */
  double spread(int from, int to) {
    Map<Integer, Double> quartiles =
        Quantiles.quartiles().indexes(1, 3).computeInPlace(window(from, to));
    return requireNonNull(quartiles.get(3)) - requireNonNull(quartiles.get(1));
  }

  private double[] window(int from, int to) {
    checkArgument(
        0 <= from && from < to && to <= size,
        "losses of steps %s to %s were asked for, but there are %s; ask for at least one of them",
        from,
        to,
        size);
    double[] window = Arrays.copyOfRange(values, from, to);
    for (int i = 0; i < window.length; i++) {
      if (Double.isNaN(window[i])) {
        window[i] = Double.POSITIVE_INFINITY;
      }
    }
    return window;
  }
}
