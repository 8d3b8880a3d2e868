package org.ppl4j.infer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One number of a site in each draw.
 *
 * @param name that of the site, with a subscript or a label
 * @param values of the whole site, draw by draw
 * @param place of the number in a draw's values
 * @param size how many values a draw has
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SampleColumn(String name, double[] values, int place, int size) {

  /** Those of a site, row by row of its shape. */
  public static List<SampleColumn> of(Samples samples, String site) {
    double[] values = samples.values(site);
    int size = Math.toIntExact(samples.shape(site).size());
    List<String> names = samples.elements(site);
    return IntStream.range(0, size)
        .mapToObj(i -> new SampleColumn(names.get(i), values, i, size))
        .toList();
  }

  /** Its number in each draw. */
  public double[] numbers() {
    double[] numbers = new double[values.length / size];
    Arrays.setAll(numbers, draw -> values[draw * size + place]);
    return numbers;
  }

  /**
   * The same, chain by chain; of independent draws as one.
   *
   * @param chains as {@link Samples#chains} has them
   */
  public double[][] chains(int chains) {
    double[] numbers = numbers();
    int count = Math.max(chains, 1);
    int length = numbers.length / count;
    return IntStream.range(0, count)
        .mapToObj(c -> Arrays.copyOfRange(numbers, c * length, (c + 1) * length))
        .toArray(double[][]::new);
  }
}
