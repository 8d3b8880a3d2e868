package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One number that many rows have in a column which is continuous otherwise, such as the days
 * without rain and the policies without a claim. Its rows are made uniform in a narrow cell around
 * it, drawn anew in each epoch: a density that may be as narrow as it likes there would have no
 * greatest likelihood.
 *
 * @param column in which, from 0
 * @param value the number
 * @param share of all rows that have it, in (0, 1)
 * @param width of its cell, positive
 */
public record Spike(int column, double value, double share, double width) {

  /** So many rows, at least, have the number, and so many times those of an ordinary one. */
  private static final int MIN_ROWS = 10;

  /** What fewer rows than this share have is no spike. */
  private static final double MIN_SHARE = 1e-3;

  /** The width of a cell as a share of the deviation of the column. */
  private static final double WIDTH = 0.01;

  /** The interquartile range of a normal distribution, in deviations. */
  private static final double NORMAL_RANGE = 1.349;

  /** The spikes of a column that has no steps. */
  static ImmutableList<Spike> of(int column, double[] numbers) {
    double[] sorted = sorted(numbers);
    int[] starts = starts(sorted);
    int[] counts = counts(starts, sorted.length);
    int min =
        (int)
            Math.max(MIN_ROWS * median(counts), Math.ceil(MIN_SHARE * Math.max(1, sorted.length)));
    double[] others =
        IntStream.range(0, counts.length)
            .filter(k -> counts[k] < min)
            .flatMap(k -> IntStream.range(starts[k], starts[k] + counts[k]))
            .mapToDouble(i -> sorted[i])
            .toArray();
    if (others.length == sorted.length
        || others.length < 2
        || Standardisation.deviation(others) == 0) {
      return ImmutableList.of();
    }
    double spread = Math.min(Standardisation.deviation(sorted), ordinary(others));
    return IntStream.range(0, counts.length)
        .filter(k -> counts[k] >= min)
        .mapToObj(
            k -> {
              double value = sorted[starts[k]];
              double width = Math.max(WIDTH * spread, 16 * Math.ulp(value));
              return new Spike(column, value, (double) counts[k] / sorted.length, width);
            })
        .collect(ImmutableList.toImmutableList());
  }

  /** Four numbers for each, as {@link #of(double[])} reads them. */
  static double[] values(List<Spike> spikes) {
    return spikes.stream()
        .flatMapToDouble(s -> DoubleStream.of(s.column, s.value, s.share, s.width))
        .toArray();
  }

  /** Those of which {@link #values} made these numbers. */
  static ImmutableList<Spike> of(double[] values) {
    return IntStream.range(0, values.length / 4)
        .map(k -> 4 * k)
        .mapToObj(k -> new Spike((int) values[k], values[k + 1], values[k + 2], values[k + 3]))
        .collect(ImmutableList.toImmutableList());
  }

  /** The least number of its cell. */
  double low() {
    return value - width / 2;
  }

  /** The greatest number of its cell. */
  double high() {
    return value + width / 2;
  }

  /** In rising order, with one zero. */
  static double[] sorted(double[] numbers) {
    return Arrays.stream(numbers).map(number -> number + 0.0).sorted().toArray();
  }

  /** Where each number of a sorted array begins. */
  static int[] starts(double[] sorted) {
    return IntStream.range(0, sorted.length)
        .filter(i -> i == 0 || sorted[i] != sorted[i - 1])
        .toArray();
  }

  private static int[] counts(int[] starts, int length) {
    return IntStream.range(0, starts.length)
        .map(k -> (k + 1 < starts.length ? starts[k + 1] : length) - starts[k])
        .toArray();
  }

  private static int median(int[] counts) {
    int[] ordered = counts.clone();
    Arrays.sort(ordered);
    return ordered.length == 0 ? 1 : ordered[ordered.length / 2];
  }

  /** The deviation, or what the middle half of the numbers says of it if that is less. */
  private static double ordinary(double[] sorted) {
    double range = sorted[3 * sorted.length / 4] - sorted[sorted.length / 4];
    double deviation = Standardisation.deviation(sorted);
    return range > 0 ? Math.min(deviation, range / NORMAL_RANGE) : deviation;
  }
}
