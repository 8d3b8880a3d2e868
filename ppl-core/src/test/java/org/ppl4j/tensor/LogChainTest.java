package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.testing.LeakCheck;

/**
 * Chains that are recorded against the engine, which does them by logarithms, and against sums over
 * all paths.
 */
@ExtendWith(LeakCheck.class)
class LogChainTest {

  private static final double MINUS = Double.NEGATIVE_INFINITY;

  /**
   * A chain of rows, vectors and matrices.
   *
   * @param kinds 1, or as many as rows
   * @param different 1, or as many as steps
   */
  private record Sizes(int rows, int steps, int size, int kinds, int different) {

    int start() {
      return rows * size;
    }

    int vectors() {
      return steps * rows * size;
    }

    int matrices() {
      return different * kinds * size * size;
    }

    NDArray chain(NDArray u) {
      int v = start() + vectors();
      return Linalg.logChain(
          part(u, 0, start(), new Shape(rows, size)),
          part(u, start(), v, new Shape(steps, rows, size)),
          part(u, v, v + matrices(), new Shape(different, kinds, size, size)));
    }

    private static NDArray part(NDArray u, int from, int to, Shape shape) {
      return Tensors.reshape(Tensors.range(u, 0, from, to), shape);
    }
  }

  /** Values and gradients by the engine and by a record, of a sum that weighs each number. */
  private static void agree(Sizes sizes, double[] u) {
    double[][] gradients = new double[2][u.length];
    double[] values = new double[2];
    for (int i = 0; i < 2; i++) {
      Recording recording = i == 0 ? Recording.OFF : Recording.REQUIRED;
      RunConfig config = RunConfig.defaults().withRecording(recording);
      VectorFunction function =
          new VectorFunction(
              "chain",
              config,
              (run, x) -> {
                double[] weights =
                    IntStream.range(0, sizes.start()).mapToDouble(k -> 1 + Math.sin(k)).toArray();
                NDArray chain = sizes.chain(x);
                NDArray isThere = chain.neq(MINUS);
                return Tensors.where(isThere, chain, 0)
                    .mul(run.create(weights, new Shape(sizes.rows(), sizes.size())))
                    .sum();
              },
              new double[u.length],
              java.util.List.of());
      values[i] = function.evaluate(u, gradients[i]);
    }
    assertThat(values[1]).isCloseTo(values[0], within(1e-12 * Math.abs(values[0])));
    assertThat(gradients[1]).usingComparatorWithPrecision(1e-11).containsExactly(gradients[0]);
  }

  private static double[] numbers(Sizes sizes, double spread) {
    SplittableRandom random = new SplittableRandom(3);
    return random
        .doubles(sizes.start() + sizes.vectors() + sizes.matrices(), -spread, spread)
        .toArray();
  }

  /** From ordinary numbers to those that scaled rows lose. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 30, 300, 3000})
  void recordsAreAsTheEngine(double spread) {
    for (Sizes sizes :
        new Sizes[] {
          new Sizes(1, 1, 1, 1, 1),
          new Sizes(1, 20, 3, 1, 1),
          new Sizes(4, 9, 3, 1, 1),
          new Sizes(4, 9, 2, 4, 1),
          new Sizes(3, 5, 4, 1, 5),
          new Sizes(2, 6, 3, 2, 6)
        }) {
      agree(sizes, numbers(sizes, spread));
    }
  }

  /** What is impossible has no weight, and no derivative that is none. */
  @Test
  void impossibleStepsCountNothing() {
    Sizes sizes = new Sizes(2, 4, 3, 1, 1);
    double[] u = numbers(sizes, 2);
    int matrix = sizes.start() + sizes.vectors();
    for (int place : new int[] {3, 6, 7}) { // to the right only
      u[matrix + place] = MINUS;
    }
    u[1] = MINUS;
    agree(sizes, u);
    Arrays.fill(u, 0, 3, MINUS); // nothing at all is possible in the first row
    agree(sizes, u);
  }

  /** A path that was lost beside others is the only one that a later step leaves. */
  @Test
  void whatIsSmallMayBeAllThatIsLeft() {
    Sizes sizes = new Sizes(1, 3, 2, 1, 1);
    double[] u = new double[sizes.start() + sizes.vectors() + sizes.matrices()];
    u[1] = -900; // the second state at first
    int matrix = sizes.start() + sizes.vectors();
    u[matrix + 1] = MINUS; // which the first does not lead to
    u[sizes.start() + 4] = MINUS; // and the last step has no first
    agree(sizes, u);
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    VectorFunction second =
        new VectorFunction(
            "chain",
            config,
            (run, x) -> Tensors.range(sizes.chain(x), -1, 1, 2).sum(),
            new double[u.length],
            java.util.List.of());
    assertThat(second.evaluate(u, new double[u.length])).isCloseTo(-900, within(1e-9));
  }

  @Test
  void nanStaysNan() {
    Sizes sizes = new Sizes(2, 3, 2, 1, 1);
    double[] u = numbers(sizes, 1);
    u[sizes.start() + 1] = Double.NaN;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] chain = Tensors.values(sizes.chain(run.create(u, new Shape(u.length))));
      assertThat(chain[0]).isNaN();
      assertThat(chain[2]).isFinite();
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(
              () ->
                  Linalg.logChain(
                      run.zeros(new Shape(2, 3)),
                      run.zeros(new Shape(4, 2, 3)),
                      run.zeros(new Shape(2, 1, 3, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "chain of rows (2, 3), vectors (4, 2, 3) and matrices (2, 1, 3, 3): pass (B, K), (T,"
                  + " B, K) and (M, C, K, K) with M of 1 or T, and C of 1 or B");
    }
  }
}
