package org.ppl4j.math;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The order of numbers by size. */
public final class Order {

  private Order() {}

  /** The places of numbers from the least to the greatest, of equal ones the first first. */
  public static int[] ascending(double[] x) {
    return IntStream.range(0, x.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> x[i]))
        .mapToInt(i -> i)
        .toArray();
  }
}
