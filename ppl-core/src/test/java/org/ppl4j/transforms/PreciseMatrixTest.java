package org.ppl4j.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Determinants and inverses that float64 loses. */
class PreciseMatrixTest {

  /** Its determinant is 1 / 266716800000, its inverse whole (OEIS A005249). */
  @Test
  void hilbertMatrixOfFiveHasItsDeterminantUpToTheEntries() {
    double[] entries = new double[25];
    Arrays.setAll(entries, i -> 1.0 / (i / 5 + i % 5 + 1));

    PreciseMatrix matrix = PreciseMatrix.of(entries, 5);

    assertThat(matrix.logDeterminant()).isCloseTo(-Math.log(266716800000.0), within(1e-10));
    assertThat(matrix.inverse()[0]).isCloseTo(25, within(1e-9));
    assertThat(matrix.inverse()[24]).isCloseTo(44100, within(1e-6));
  }

  @Test
  void triangularMatrixHasTheProductOfItsDiagonal() {
    double[] entries = {1e-5, 0, 0, 0x1p57, 1e5, 0, -0x1p76, 0x1p100, 1e-3};

    PreciseMatrix matrix = PreciseMatrix.of(entries, 3);

    assertThat(matrix.logDeterminant()).isCloseTo(Math.log(1e-3), within(1e-14));
    assertThat(matrix.inverse()[0]).isCloseTo(1e5, within(1e-9));
    assertThat(matrix.inverse()[1]).isCloseTo(0, within(1e-50));
    assertThat(matrix.condition()).isGreaterThan(1e15);
  }

  @Test
  void rowsMayBeInAnyOrder() {
    PreciseMatrix matrix = PreciseMatrix.of(new double[] {0, 2, 4, 0}, 2);

    assertThat(matrix.logDeterminant()).isCloseTo(Math.log(8), within(1e-15));
    assertThat(matrix.inverse()).containsExactly(0, 0.25, 0.5, 0);
    assertThat(matrix.condition()).isEqualTo(2);
  }

  @Test
  void singularMatrixAndSuchWithoutNumbersHaveNoInverse() {
    PreciseMatrix singular = PreciseMatrix.of(new double[] {1, 2, 2, 4}, 2);
    PreciseMatrix unknown = PreciseMatrix.of(new double[] {1, Double.NaN, 2, 4}, 2);

    assertThat(singular.logDeterminant()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(singular.inverse()).containsOnly(Double.POSITIVE_INFINITY);
    assertThat(PreciseMatrix.of(new double[1], 1).condition()).isInfinite();
    assertThat(unknown.logDeterminant()).isNaN();
    assertThat(unknown.condition()).isNotFinite();
  }

  @Test
  void determinantsBeyondTheRangeOfDoublesHaveALogarithm() {
    PreciseMatrix matrix = PreciseMatrix.of(new double[] {1e300, 0, 0, 1e300}, 2);

    assertThat(matrix.logDeterminant()).isCloseTo(600 * Math.log(10), within(1e-10));
  }
}
