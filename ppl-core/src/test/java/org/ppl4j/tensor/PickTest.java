package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;

/** Picks against indexing in Java. */
@ExtendWith(LeakCheck.class)
class PickTest {

  private static final int K = 3;

  /** Shapes as words: {@code 2x1}, or {@code -} for that of a number. */
  private static Shape shape(String words) {
    return words.equals("-")
        ? new Shape()
        : new Shape(Arrays.stream(words.split("x")).mapToLong(Long::parseLong).toArray());
  }

  /** values (*v, K, e) at index (*i) give the broadcast of (*v, 1) and (*i), with e; or e alone. */
  @ParameterizedTest
  @CsvSource({
    "-, -, -",
    "-, -, 2",
    "-, -, 2x5",
    "-, 4, -",
    "-, 4, 2",
    "-, 2x4, 2",
    "-, 1, 2x1",
    "4, -, 2",
    "4, 4x1, 2",
    "4, 3, 2",
    "4, 1, 2x5",
    "2x4, 4x1, 2",
    "1x4, 2x1x1, 5",
    "4, 2x1x3, -",
    "2x1, 4x1, 2"
  })
  void eachIndexHasItsPart(String left, String places, String event) {
    Shape v = shape(left);
    Shape i = shape(places);
    Shape e = shape(event);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Shape all = of(v, new Shape(K), e);
      double[] numbers = new double[Math.toIntExact(all.size())];
      Arrays.setAll(numbers, Math::sqrt);
      long[] index = new long[Math.toIntExact(i.size())];
      Arrays.setAll(index, n -> (2 * n + 1) % K);
      NDArray picked = Tensors.pick(run.create(numbers, all), run.create(index, i), e.dimension());

      boolean isOne = v.dimension() == 0 && i.dimension() == 0;
      Shape batch = isOne ? i : Shapes.broadcast(of(v, new Shape(1)), i);
      Shape shape = of(batch, e);
      assertThat(picked.getShape()).isEqualTo(shape);
      double[] expected = new double[Math.toIntExact(shape.size())];
      int size = Math.toIntExact(e.size());
      for (int n = 0; n < expected.length; n++) {
        long at = index[Math.toIntExact(place(n / size, batch, i))];
        long row = place(n / size, batch, of(v, new Shape(1)));
        expected[n] = numbers[Math.toIntExact((row * K + at) * size + n % size)];
      }
      assertThat(Tensors.values(picked)).containsExactly(expected);
    }
  }

  private static Shape of(Shape... parts) {
    return Arrays.stream(parts).reduce(new Shape(), Shapes::concat);
  }

  /** Where the element of a broadcast tensor stands in the one that was broadcast. */
  private static long place(long element, Shape to, Shape from) {
    long place = 0;
    long step = 1;
    long rest = element;
    for (int d = 1; d <= to.dimension(); d++) {
      long at = rest % to.get(to.dimension() - d);
      rest /= to.get(to.dimension() - d);
      if (d <= from.dimension() && from.get(from.dimension() - d) > 1) {
        place += step * at;
      }
      step *= d <= from.dimension() ? from.get(from.dimension() - d) : 1;
    }
    return place;
  }

  @Test
  void aValueWithoutSuchADimIsRefused() {
    assertThatThrownBy(() -> Tensors.pick(Tensors.vector(1, 2), Tensors.integers(0), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "pick from a tensor of shape (2): it has no dim to pick from left of 1 event dims; pass"
                + " values (..., K, event)");
  }
}
