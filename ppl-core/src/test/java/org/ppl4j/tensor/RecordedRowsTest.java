package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.testing.LeakCheck;

/**
 * Rows of a batch that go through a layer: the bits of one are the same at each evaluation, and
 * whatever the others are, even if not finite.
 */
@ExtendWith(LeakCheck.class)
class RecordedRowsTest {

  private static final long SEED = 20261129;
  private static final int LAYERS = 40;
  private static final List<Integer> ROWS = List.of(2, 5, 9, 33, 64, 70, 257);
  private static final List<Integer> INNER = List.of(1, 3, 17, 64, 70, 300);
  private static final List<Integer> COLUMNS = List.of(1, 5, 16, 40, 70);

  private final SplittableRandom random = new SplittableRandom(SEED);

  private int of(List<Integer> sizes) {
    return sizes.get(random.nextInt(sizes.size()));
  }

  /** The sum of tanh(A B): the gradient in a row of A is of that row and B alone. */
  private static BiFunction<Run, NDArray, NDArray> layer(
      int rows, int inner, int columns, double[] fixed) {
    return (run, x) -> {
      NDArray a =
          Tensors.reshape(Tensors.range(x, -1, 0, (long) rows * inner), new Shape(rows, inner));
      NDArray own = Tensors.range(x, -1, (long) rows * inner, x.size());
      NDArray b =
          fixed.length > 0
              ? run.create(fixed, new Shape(inner, columns))
              : Tensors.reshape(own, new Shape(inner, columns));
      return Tensors.matMul(a, b).tanh().sum();
    };
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void theBitsOfARowAreItsOwn(FloatType type) {
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED).withFloatType(type);
    int judged = 0;
    for (int layer = 0; layer < LAYERS; layer++) {
      int rows = of(ROWS);
      int inner = of(INNER);
      int columns = of(COLUMNS);
      int weights = inner * columns;
      double[] fixed = random.doubles(random.nextBoolean() ? weights : 0, -1, 1).toArray();
      int size = rows * inner + (fixed.length > 0 ? 0 : weights);
      double[] at = random.doubles(size, -1, 1).map(x -> (float) x).toArray();
      String what =
          "%s (%d, %d) times %s (%d)".formatted(type, rows, inner, fixed.length > 0, columns);
      VectorFunction f = new VectorFunction(what, config, layer(rows, inner, columns, fixed), at);
      double[] wanted = new double[size];
      double unused = f.evaluate(at, wanted);
      for (int row : new int[] {0, rows / 2, rows - 1}) {
        double[] other = at.clone();
        for (int i = 0; i < rows; i++) {
          double number = i % 3 == 0 ? Double.NaN : i % 3 == 1 ? Double.NEGATIVE_INFINITY : i;
          if (i != row) {
            Arrays.fill(other, i * inner, (i + 1) * inner, number);
          }
        }
        for (double[] beside : List.of(other, at)) {
          double[] gradient = new double[size];
          double ignored = f.evaluate(beside, gradient);
          assertThat(Arrays.copyOfRange(gradient, row * inner, (row + 1) * inner))
              .as("row %s of %s", row, what)
              .containsExactly(Arrays.copyOfRange(wanted, row * inner, (row + 1) * inner));
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(6 * LAYERS);
  }
}
