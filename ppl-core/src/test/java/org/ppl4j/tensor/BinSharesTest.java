package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.util.FastMath;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.SoftmaxBin.Grid;
import org.ppl4j.testing.LeakCheck;

/** Shares against Hipparchus' exponentials, also where those of the engine overflow. */
@ExtendWith(LeakCheck.class)
class BinSharesTest {

  private static final double[] RAW = {0.5, -1, 2, -0.25, 0, 1.5, 7, 1, 0, -3, 0.125, -2, 2.5, 8};
  private static final int WIDTH = 7; // two axes of three bins and one number more

  @ParameterizedTest
  @CsvSource({"0", "700", "-700", "1e5", "-1e5"})
  void shares(double shift) {
    Grid grid = new Grid(2, 3, 1, 0, List.of());
    double[] raw = IntStream.range(0, RAW.length).mapToDouble(i -> RAW[i] + shift).toArray();
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        RunArray numbers = (RunArray) run.create(raw, new Shape(2, WIDTH));
        BinShares shares =
            BinShares.of(grid, numbers.handle(), numbers.getShape(), numbers.getDataType());
        // single precision keeps a shift of 1e5 and two digits behind the point
        double tolerance = type == FloatType.FLOAT64 ? 1e-10 : Math.abs(shift) > 1e4 ? 1e-2 : 1e-4;
        for (int row = 0; row < 2; row++) {
          assertThat(shares.raw(row, 6)).isEqualTo(raw[row * WIDTH + 6], within(1e-2));
          for (int axis = 0; axis < 2; axis++) {
            check(shares, shares.place(row, axis), row * WIDTH + axis * 3, tolerance);
          }
        }
      }
    }
  }

  private static void check(BinShares shares, int place, int first, double tolerance) {
    double total = 0;
    for (int j = 0; j < 3; j++) {
      total += FastMath.exp(RAW[first + j]);
    }
    double sum = 0;
    for (int j = 0; j < 3; j++) {
      double share = FastMath.exp(RAW[first + j]) / total;
      assertThat(shares.share(place + j)).isEqualTo(share, within(tolerance));
      assertThat(shares.below(place + j)).isEqualTo(sum, within(tolerance));
      sum += share;
    }
  }
}
