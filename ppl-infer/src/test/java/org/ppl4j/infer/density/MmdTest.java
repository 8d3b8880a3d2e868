package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Discrepancies of batches, of edges, and of what they refuse. */
@ExtendWith(LeakCheck.class)
class MmdTest {

  static Stream<Kernel> kernels() {
    return Stream.of(
        Kernel.gaussian(0.5, 2), Kernel.inverseMultiquadric(1), Kernel.distance(), dots());
  }

  /** A kernel of a user's own, (1 + x·y)². */
  private static Kernel dots() {
    return (x, y) -> Tensors.matMul(x, y.swapAxes(-1, -2)).add(1).square();
  }

  private static NDArray normal(Run run, String name, long... shape) {
    return Rng.of(5, Rng.Purpose.CHAIN, 0, name).normal(run, new Shape(shape));
  }

  private static double number(NDArray x) {
    return Tensors.values(x)[0];
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void samplesAloneAreAsInABatch(Kernel kernel) {
    Mmd mmd = Mmd.of(kernel);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = normal(run, "x", 3, 4, 2);
      NDArray y = normal(run, "y", 3, 6, 2);
      NDArray one = y.get("0:1");
      double[] unbiased = Tensors.values(mmd.unbiased(x, y));
      double[] scores = Tensors.values(mmd.score(x, one));
      double[] biased = Tensors.values(mmd.biased(x, one));
      for (int i = 0; i < 3; i++) {
        NDArray alone = Tensors.range(x, -3, i, i + 1).squeeze(0);
        NDArray other = Tensors.range(y, -3, i, i + 1).squeeze(0);
        assertThat(unbiased[i]).isCloseTo(number(mmd.unbiased(alone, other)), within(1e-12));
        assertThat(scores[i]).isCloseTo(number(mmd.score(alone, one.squeeze(0))), within(1e-12));
        assertThat(biased[i]).isCloseTo(number(mmd.biased(alone, one.squeeze(0))), within(1e-12));
        assertThat(biased[i]).isNotNegative();
      }
    }
  }

  /** Draws that a density gave, of either float type, or numbers of one's own. */
  @ParameterizedTest
  @MethodSource("kernels")
  void samplesNeedNoRun(Kernel kernel) {
    Mmd mmd = Mmd.of(kernel);
    NDArray own = Tensors.matrix(new double[][] {{0.5, -1}, {2, 0.25}, {3, -0.5}});
    NDArray other = Tensors.matrix(new double[][] {{0.75, 1}, {-2, 0.5}});
    double expected = ofFew(mmd, FloatType.FLOAT64);
    try (NDManager manager = NDManager.newBaseManager();
        Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray given = manager.create(other.toDoubleArray(), other.getShape());
      NDArray single = given.toType(DataType.FLOAT32, true);
      for (NDArray y : List.of(other, given, single, run.bind(given))) {
        assertThat(mmd.unbiased(own, y).toDoubleArray()[0]).isCloseTo(expected, within(1e-12));
      }
      assertThat(mmd.unbiased(single, run.bind(own)).toDoubleArray()[0])
          .isCloseTo(expected, within(1e-12));
      assertThat(Tensors.hasRun(mmd.score(own, given))).isFalse();
      assertThat(Tensors.hasRun(mmd.biased(run.bind(own), given))).isTrue();
    }
  }

  /** As is said of the score: MMD² less what only the rows say. */
  @ParameterizedTest
  @MethodSource("kernels")
  void scoreIsWhatAFlowChanges(Kernel kernel) {
    Mmd mmd = Mmd.of(kernel);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y = normal(run, "y", 6, 1);
      NDArray x = normal(run, "x", 5, 1);
      NDArray other = x.mul(2).add(1);
      double difference = number(mmd.unbiased(x, y)) - number(mmd.unbiased(other, y));

      assertThat(number(mmd.score(x, y)) - number(mmd.score(other, y)))
          .isCloseTo(difference, within(1e-12 * (1 + Math.abs(difference))));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void singlePrecisionComesNear(Kernel kernel) {
    Mmd mmd = Mmd.of(kernel);
    assertThat(ofFew(mmd, FloatType.FLOAT32))
        .isCloseTo(ofFew(mmd, FloatType.FLOAT64), within(1e-5)); // of numbers up to 100
  }

  private static double ofFew(Mmd mmd, FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray x = run.create(new double[] {0.5, -1, 2, 0.25, 3, -0.5}, new Shape(3, 2));
      NDArray y = run.create(new double[] {0.75, 1, -2, 0.5}, new Shape(2, 2));
      return number(mmd.unbiased(x, y));
    }
  }

  /** Rows that are equal are at distance 0, where the root has no slope; and NaN is not equal. */
  @Test
  void equalRowsHaveFiniteSlopes() {
    Mmd energy = Mmd.energyDistance();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(new double[] {1, 1, 0}, new Shape(3, 1)));
      NDArray y = run.create(new double[] {1, 2, 2}, new Shape(3, 1));
      NDArray distance = energy.unbiased(x, y);

      // 2 (2 + 2 + 5) / 9 − 2 (0 + 1 + 1) / 6 − 2 (1 + 1 + 0) / 6
      assertThat(number(distance)).isCloseTo(2 / 3.0, within(1e-14));
      // At 1: −2 · 2 / 9 from those at 2, −2 / 6 from that at 0; at 0: −2 · 3 / 9 and 2 · 2 / 6.
      assertThat(Tensors.values(Autograd.grad(distance, List.of(x)).get(0)))
          .containsExactly(new double[] {-7 / 9.0, -7 / 9.0, 0}, within(1e-14));
      NDArray undefined = run.create(new double[] {Double.NaN, 2}, new Shape(2, 1));
      assertThat(number(energy.unbiased(x, undefined))).isNaN();
      assertThat(number(energy.unbiased(undefined, y))).isNaN();
      assertThat(number(Mmd.of(Kernel.gaussian(1)).biased(undefined, y))).isNaN();
    }
  }

  /** Differences lose no digits far from 0. */
  @Test
  void whereRowsAreDoesNotMatter() {
    Mmd mmd = Mmd.of(Kernel.gaussian(1));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {0.5, 1.25, -2}, new Shape(3, 1));
      NDArray y = run.create(new double[] {0.25, 1}, new Shape(2, 1));
      double far = Math.pow(2, 30);

      assertThat(number(mmd.unbiased(x.add(far), y.add(far))))
          .isEqualTo(number(mmd.unbiased(x, y)));
    }
  }

  @Test
  void bandwidthsComeFromTheMedianDistance() {
    // 1, 1, 2, 3 and 3; that of the equal rows does not count.
    double[] rows = {0, 0, 1, 3};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = normal(run, "x", 4, 1);
      NDArray y = normal(run, "y", 4, 1);
      Kernel given = Kernel.gaussian(0.25, 0.5, 1, 2, 4);
      Kernel fitted = Kernel.gaussian().fitted(rows, 1);

      assertThat(Tensors.values(fitted.between(x, y)))
          .isEqualTo(Tensors.values(given.between(x, y)));
      assertThat(fitted).hasToString("gaussian kernel of bandwidths [0.25, 0.5, 1.0, 2.0, 4.0]");
      assertThat(given.fitted(rows, 1)).isSameAs(given);
      assertThat(Kernel.distance().fitted(rows, 1)).isSameAs(Kernel.distance());
      assertThat(Kernel.inverseMultiquadric().fitted(new double[] {0, 0, 3, 4}, 2))
          .hasToString("inverse multiquadric kernel of bandwidths [0.625, 1.25, 2.5, 5.0, 10.0]");
      assertThatThrownBy(() -> Kernel.gaussian().between(x, y))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "gaussian kernel takes its bandwidths from data, but has seen none; call"
                  + " fitted(rows, columns) first, or give it bandwidths");
    }
    assertThatThrownBy(() -> Kernel.gaussian().fitted(new double[] {1, 1, 1}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "gaussian kernel takes its bandwidths from 3 rows, but no two of them differ; give it"
                + " bandwidths");
  }

  @Test
  void whatIsNoBandwidthIsRefused() {
    for (double bandwidth : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Kernel.inverseMultiquadric(1, bandwidth))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "inverse multiquadric kernel has bandwidth "
                  + bandwidth
                  + ", but it must be positive and finite");
    }
    assertThatThrownBy(() -> Kernel.gaussian(new double[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gaussian kernel has no bandwidth, but needs at least 1");
  }

  @Test
  void samplesAreRefused() {
    Mmd mmd = Mmd.energyDistance();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray one = run.zeros(new Shape(1, 2));
      NDArray two = run.zeros(new Shape(2, 2));
      NDArray wide = run.zeros(new Shape(2, 3));
      NDArray flat = run.zeros(new Shape(2));
      String few = "mmd is of a sample of 1 rows, but needs at least 2; pass more rows";
      refuses(() -> mmd.unbiased(one, two), few);
      refuses(() -> mmd.unbiased(two, one), few);
      refuses(() -> mmd.score(one, two), few);
      refuses(
          () -> mmd.biased(two, wide),
          "mmd is of rows of 2 and of 3 columns; pass as many in both samples");
      refuses(
          () -> mmd.biased(flat, two),
          "mmd is of samples of shape (2), but they are of rows of columns; add a dim");
    }
  }

  private static void refuses(ThrowingCallable body, String message) {
    assertThatThrownBy(body).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
