package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {

  /** The stable sort of Java by {@link Double#compare}. */
  private static int[] expected(double[] x) {
    return IntStream.range(0, x.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> x[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  private static double[] numbers(int size, DoubleUnaryOperator of) {
    Random random = new Random(size);
    return random.doubles(size).map(of).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 100, 5000})
  void isThatOfTheStableSort(int size) {
    double[][] cases = {
      numbers(size, x -> x - 0.5),
      numbers(size, x -> Math.exp(1400 * (x - 0.5))),
      numbers(size, x -> -Double.MIN_VALUE * (long) (1000 * x)),
      numbers(size, x -> (int) (4 * x)), // many are equal
      numbers(size, x -> 1),
      numbers(size, x -> x < 0.5 ? 0.0 : -0.0),
      numbers(size, x -> x < 0.2 ? Double.NaN : 1 / (x - 0.3)),
      numbers(size, x -> Math.copySign(x < 0.5 ? Double.POSITIVE_INFINITY : x, x - 0.3)),
    };
    for (double[] x : cases) {
      assertThat(Order.ascending(x)).containsExactly(expected(x));
    }
  }
}
