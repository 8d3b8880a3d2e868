package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Tensors;

/** Assertions on tensors that print the difference. */
public final class TensorAssertions {

  private TensorAssertions() {}

  /** Each entry is within {@code tolerance · max(1, |expected|)}; infinities and NaN are equal. */
  public static void assertClose(
      String what, NDArray actual, double tolerance, double... expected) {
    assertClose(what, Tensors.values(actual), tolerance, expected);
  }

  /** The same of two tensors, whose shapes must agree. */
  public static void assertClose(String what, NDArray actual, NDArray expected, double tolerance) {
    assertThat(actual.getShape()).as(what).isEqualTo(expected.getShape());
    assertClose(what, Tensors.values(actual), tolerance, Tensors.values(expected));
  }

  /** The same of plain arrays. */
  public static void assertClose(
      String what, double[] actual, double tolerance, double... expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      if (!isClose(actual[i], expected[i], tolerance)) {
        fail(
            "%s, entry %s: expected %s but was %s, a difference of %s with a tolerance of %s",
            what, i, expected[i], actual[i], actual[i] - expected[i], tolerance);
      }
    }
  }

  /** Whether two numbers agree to {@code tolerance · max(1, |expected|)}. */
  public static boolean isClose(double actual, double expected, double tolerance) {
    return Double.compare(actual, expected) == 0
        || Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
  }
}
